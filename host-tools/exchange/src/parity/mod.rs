//! Whether an imported network computes what it computed where it comes from.

mod difference;
mod error;
mod onnxruntime;
mod report;
mod stored;
mod vectors;

pub use difference::Difference;
pub use error::ParityError;
pub use onnxruntime::{LayerValues, OnnxRuntime};
pub use report::{LayerParity, Parity};
pub use stored::stored;
pub use vectors::Vectors;
