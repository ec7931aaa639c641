//! Inputs, and the outputs that belong to them.

/// Samples with their outputs, one after the other.
///
/// ```
/// # use tinyconv_exchange::parity::{Parity, stored};
/// # let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx"));
/// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
/// // Written by PyTorch, beside the file.
/// let vectors = stored(path, 28 * 28, 10)?.expect("they are there");
/// assert_eq!(vectors.inputs.len() / 784, vectors.outputs.len() / 10);
/// assert!(vectors.origin.ends_with("digits.safetensors"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Vectors {
    /// Where they come from, as people are told.
    pub origin: String,
    /// The inputs.
    pub inputs: Vec<f32>,
    /// The outputs.
    pub outputs: Vec<f32>,
}
