//! From the bytes of an ONNX file to a network.

use std::path::Path;

use prost::Message;

use super::external::External;
use super::graph::Graph;
use super::lowering::lower;
use super::proto::{FLOAT, GraphProto, ModelProto, TensorProto, ValueInfoProto, type_name};
use super::{NumbersError, OnnxError, budget, numbers};
use crate::graph::{ChannelAxis, Value};
use crate::imported::assemble;
use crate::{ImportedNetwork, ModelNotes};

/// Bytes of the largest file that is read: sixteen million parameters.
///
/// ```
/// use tinyconv_exchange::onnx::{LARGEST, OnnxError, import};
///
/// let refused = import(&vec![0; LARGEST + 1]).unwrap_err();
/// assert!(matches!(refused, OnnxError::TooLarge { limit: LARGEST, .. }));
/// ```
pub const LARGEST: usize = 64 << 20;

/// Operators of earlier versions mean other things.
const OLDEST_OPERATORS: i64 = 7;

/// Whether `bytes` begin as ONNX files do: with one of the first fields of their message.
///
/// ```
/// use tinyconv_exchange::onnx::looks_like;
///
/// assert!(looks_like(&[0x08, 0x07, 0x12, 0x07])); // field 1, version 7; field 2, a name
/// assert!(!looks_like(b"TINYCONV"));
/// ```
#[must_use]
pub fn looks_like(bytes: &[u8]) -> bool {
    // The eight bytes before a JSON header are a length.
    matches!(bytes, [0x08, version, key, ..]
        if (1..0x80).contains(version) && [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].contains(key))
}

/// Reads the network in an ONNX file: layers in a row, with residual blocks.
///
/// # Errors
/// If the bytes are no whole ONNX file, or if something in it is no layer of this crate: the error
/// names the node and says what to do.
///
/// ```
/// use tinyconv_exchange::onnx::import;
///
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
/// let bytes = std::fs::read(path)?;
/// assert_eq!(import(&bytes)?.parameters().len(), 5142);
/// assert!(import(&bytes[..bytes.len() / 2]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn import(bytes: &[u8]) -> Result<ImportedNetwork, OnnxError> {
    import_with(bytes, ImportOptions::default())
}

/// What a file alone does not tell.
///
/// ```
/// use tinyconv_exchange::onnx::{ImportOptions, OnnxError, import_with};
///
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
/// let options = ImportOptions { output: Some("scores"), ..ImportOptions::default() };
/// let refused = import_with(&std::fs::read(path)?, options).unwrap_err();
/// assert!(matches!(refused, OnnxError::Outputs { count: 1, .. })); // it has one, of another name
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportOptions<'a> {
    /// Where the file lies: numbers may be in other files there.
    pub directory: Option<&'a Path>,
    /// Which output is wanted, or which value inside the network; without a name, the first output.
    pub output: Option<&'a str>,
}

/// The same, with what the file alone does not tell.
///
/// # Errors
/// As [`import`]; and if there is no output of the wanted name, or a file beside it cannot be read.
///
/// ```
/// use tinyconv_exchange::onnx::{ImportOptions, import, import_with};
///
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
/// let bytes = std::fs::read(path)?;
/// assert_eq!(import_with(&bytes, ImportOptions::default())?, import(&bytes)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn import_with(bytes: &[u8], options: ImportOptions<'_>) -> Result<ImportedNetwork, OnnxError> {
    if bytes.len() > LARGEST {
        return Err(OnnxError::TooLarge { bytes: bytes.len(), limit: LARGEST });
    }
    budget::check(bytes)?;
    let model = ModelProto::decode(bytes)?;
    let proto = model.graph.as_ref().ok_or(OnnxError::NoGraph)?;
    let usual = |domain: &str| domain.is_empty() || domain == "ai.onnx";
    let operators = model.opset_import.iter().find(|set| usual(&set.domain));
    let operators = operators.map_or(1, |set| set.version);
    if proto.node.is_empty() {
        return Err(OnnxError::NoGraph);
    }
    if operators < OLDEST_OPERATORS {
        return Err(OnnxError::OldOperators { version: operators });
    }
    let graph = Graph::new(proto, options.output)?;
    let input_shape = input_shape(&graph)?;
    let external = External::new(options.directory);
    let lowered = lower(&graph, operators, &input_shape, &external)?;
    check_output(&graph, lowered.value(lowered.output))?;
    let mut network = assemble(lowered, ChannelAxis::First)?;
    let notes = model.metadata_props.iter().find(|entry| entry.key == ModelNotes::KEY);
    network.notes = notes.and_then(|entry| ModelNotes::of_json(&entry.value));
    network.input_shape = input_shape;
    network.other_outputs = graph.outputs.iter().map(|&name| name.into()).collect();
    network.other_outputs.retain(|name| *name != network.output_name);
    network.external_files = external.used();
    Ok(network)
}

/// Refuses an output of another shape than the file says.
fn check_output(graph: &Graph<'_>, computed: &Value) -> Result<(), OnnxError> {
    let tensor = graph.declared.and_then(|it| it.r#type.as_ref()?.tensor_type.as_ref());
    let Some(shape) = tensor.and_then(|tensor| tensor.shape.as_ref()) else { return Ok(()) };
    let declared: Vec<i64> = shape.dim.iter().map(|dim| dim.dim_value.unwrap_or(0)).collect();
    let fits = declared.len() == computed.shape.len()
        && declared
            .iter()
            .zip(&computed.shape)
            .skip(1)
            .all(|(&declared, &size)| declared <= 0 || usize::try_from(declared) == Ok(size));
    if fits {
        return Ok(());
    }
    let sizes = declared.iter().map(|&size| if size > 0 { size.to_string() } else { "?".into() });
    Err(OnnxError::OutputShape {
        output: graph.output.into(),
        computed: crate::shape_text(&computed.shape),
        declared: sizes.collect::<Vec<_>>().join(" x "),
    })
}

/// The numbers of a tensor in a file of its own; nothing if it is none.
///
/// ```
/// use tinyconv_exchange::onnx::stored_tensor;
///
/// // Field 1, a dimension of 1; field 2, the type FLOAT; field 9, four bytes: 0.5.
/// let bytes = [0x08, 1, 0x10, 1, 0x4a, 4, 0, 0, 0, 0x3f];
/// assert_eq!(stored_tensor(&bytes), Some(Ok(vec![0.5])));
/// assert_eq!(stored_tensor(&bytes[..2]), None); // no type: no tensor
/// ```
#[must_use]
pub fn stored_tensor(bytes: &[u8]) -> Option<Result<Vec<f32>, NumbersError>> {
    let tensor = TensorProto::decode(bytes).ok()?;
    let values = || Ok(numbers::constant(&tensor)?.array()?.values);
    (tensor.data_type != 0).then(values)
}

/// The bytes of a file with more outputs: in this format, what is appended belongs to the same message.
#[must_use]
pub(crate) fn with_outputs(bytes: &[u8], names: &[String]) -> Vec<u8> {
    let output = |name: &String| ValueInfoProto { name: name.clone(), r#type: None };
    let graph = GraphProto { output: names.iter().map(output).collect(), ..GraphProto::default() };
    let more = ModelProto { graph: Some(graph), ..ModelProto::default() };
    [bytes, &more.encode_to_vec()].concat()
}

/// The shape of the input, 0 for an open batch.
fn input_shape(graph: &Graph<'_>) -> Result<Vec<usize>, OnnxError> {
    let name = &graph.input.name;
    let refused = |found: String| OnnxError::Input { name: name.clone(), found };
    let tensor = graph.input.r#type.as_ref().and_then(|it| it.tensor_type.as_ref());
    let tensor = tensor.ok_or_else(|| refused("no tensor".into()))?;
    if tensor.elem_type != FLOAT {
        return Err(refused(format!("of type {}", type_name(tensor.elem_type))));
    }
    let shape = tensor.shape.as_ref().ok_or_else(|| refused("without a shape".into()))?;
    let text = || {
        let dims = shape.dim.iter().take(8).map(|dim| match (dim.dim_value, &dim.dim_param) {
            (Some(value), _) => value.to_string(),
            (None, Some(name)) if !name.is_empty() => name.escape_debug().to_string(),
            _ => "?".into(),
        });
        format!("of shape {}", dims.collect::<Vec<_>>().join(" x "))
    };
    if !(2..=4).contains(&shape.dim.len()) {
        return Err(refused(text()));
    }
    let size = |(index, dim): (usize, &super::proto::DimensionProto)| {
        let size = usize::try_from(dim.dim_value.unwrap_or(0)).ok()?;
        // More than any map has; and only the batch may be open.
        (size <= u32::MAX as usize && (size > 0 || index == 0)).then_some(size)
    };
    shape.dim.iter().enumerate().map(size).collect::<Option<_>>().ok_or_else(|| refused(text()))
}
