//! Networks in ONNX files: layers in a row and residual blocks of the kinds that this crate has, read and
//! written.

mod budget;
mod convolution;
mod error;
mod export;
mod graph;
mod import;
mod kinds;
mod layer;
mod names;
mod network;
mod node;
mod numbers;
mod numbers_error;
mod operators;
mod preparation;
mod proto;
mod reader;
mod shaping;
#[cfg(test)]
mod tests;

pub use error::OnnxError;
pub use export::export;
pub(crate) use import::with_outputs;
pub use import::{LARGEST, import, looks_like, stored_tensor};
pub use layer::ImportedLayer;
pub use names::{network_name, type_name};
pub use network::ImportedNetwork;
pub use numbers_error::NumbersError;
pub use preparation::Preparation;
