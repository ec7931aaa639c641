//! Networks in ONNX files: layers in a row and residual blocks of the kinds that this crate has, read and
//! written.

mod budget;
mod constant;
mod error;
mod export;
mod external;
mod graph;
mod import;
mod kinds;
mod lowering;
mod node;
mod numbers;
mod numbers_error;
mod operators;
mod proto;
#[cfg(test)]
mod tests;
mod windows;

pub use error::OnnxError;
pub use export::export;
pub(crate) use import::with_outputs;
pub use import::{ImportOptions, LARGEST, import, import_with, looks_like, stored_tensor};
pub use numbers_error::NumbersError;
