//! From the bytes of a TensorFlow Lite file to a network.

use super::TfliteError;
use super::lowering::lower;
use super::model::Model;
use crate::{ImportedNetwork, ModelNotes};
use crate::graph::ChannelAxis;
use crate::imported::assemble;
use crate::onnx::LARGEST;

/// Whether `bytes` are those of a TensorFlow Lite file: its identifier follows the first offset.
///
/// ```
/// assert!(tinyconv_exchange::tflite::looks_like(b"\x1c\0\0\0TFL3"));
/// assert!(!tinyconv_exchange::tflite::looks_like(b"TINYCONV"));
/// ```
#[must_use]
pub fn looks_like(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"TFL3")
}

/// Reads the network in a TensorFlow Lite file of float32 (weights may be float16, or int8 with a scale: they
/// are widened). What the file has channels last is
/// turned once: the network reads channels first.
///
/// # Errors
/// If the bytes are no whole file, or if something in it is no layer of this crate: the error names the node and says
/// what to do.
///
/// ```
/// use tinyconv::plan::Dims;
///
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/tflite/small.tflite");
/// let bytes = std::fs::read(path)?;
/// let network = tinyconv_exchange::tflite::import(&bytes)?;
/// assert_eq!((network.input, network.input_turn.sizes()), (Dims::Map([2, 8, 6]), &[8, 6, 2][..]));
/// assert!(tinyconv_exchange::tflite::import(&bytes[..bytes.len() / 2]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn import(bytes: &[u8]) -> Result<ImportedNetwork, TfliteError> {
    if bytes.len() > LARGEST {
        return Err(TfliteError::TooLarge { bytes: bytes.len(), limit: LARGEST });
    }
    let model = Model::read(bytes)?;
    let (graph, rounds_activations) = lower(&model)?;
    let shape = graph.value(crate::graph::Graph::INPUT).shape.clone();
    let mut network = assemble(graph, ChannelAxis::Last)?;
    network.input_shape = shape;
    let notes = model.notes.and_then(|notes| std::str::from_utf8(notes).ok());
    network.notes = notes.and_then(ModelNotes::of_json);
    network.rounds_activations = rounds_activations;
    Ok(network)
}
