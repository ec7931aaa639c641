//! Parameters in the forms that other programs have them in: named tensors, laid out as PyTorch's.

mod role;
mod tensor;
mod tensors;

pub use role::Role;
pub use tensor::Tensor;
pub use tensors::{TensorsError, parameters_of, shapes_of, tensors_of};
