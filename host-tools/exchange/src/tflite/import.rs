//! From the bytes of a TensorFlow Lite file to a network.

use super::TfliteError;
use super::lowering::lower;
use super::model::Model;
use crate::graph::ChannelAxis;
use crate::imported::assemble;
use crate::onnx::LARGEST;
use crate::{ImportedNetwork, ModelNotes};

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
    import_output(bytes, None)
}

/// The same, up to the output of a name; without a name, the file must have one output.
///
/// # Errors
/// As [`import`]; and if there is no output of this name.
///
/// ```
/// use tinyconv_exchange::tflite::{TfliteError, import_output};
///
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/tflite/small.tflite");
/// let refused = import_output(&std::fs::read(path)?, Some("logits")).unwrap_err();
/// assert!(matches!(refused, TfliteError::NoOutput { count: 1, .. })); // it has one, of another name
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn import_output(bytes: &[u8], output: Option<&str>) -> Result<ImportedNetwork, TfliteError> {
    if bytes.len() > LARGEST {
        return Err(TfliteError::TooLarge { bytes: bytes.len(), limit: LARGEST });
    }
    let model = Model::read(bytes)?;
    let (graph, rounds_activations) = lower(&model, output)?;
    let shape = graph.value(crate::graph::Graph::INPUT).shape.clone();
    let mut network = assemble(graph, ChannelAxis::Last)?;
    network.input_shape = shape;
    let notes = model.notes.and_then(|notes| std::str::from_utf8(notes).ok());
    network.notes = notes.and_then(ModelNotes::of_json);
    let names = model.outputs.iter().map(|&index| Ok(model.tensor(index)?.name.clone()));
    network.other_outputs = names.collect::<Result<Vec<_>, TfliteError>>()?;
    network.other_outputs.retain(|name| *name != network.output_name);
    network.rounds_activations = rounds_activations;
    Ok(network)
}
