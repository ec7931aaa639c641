//! What can be wrong with an ONNX file, or not be possible here, in words that name the node and say
//! what to do.

use prost::DecodeError;
use thiserror::Error;

use super::NumbersError;
use crate::LayersError;

/// Why an ONNX file does not become a network.
///
/// ```
/// use tinyconv_exchange::onnx::{OnnxError, import};
///
/// // An empty message is one, of nothing.
/// assert!(matches!(import(&[]), Err(OnnxError::NoGraph)));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OnnxError {
    /// The bytes are not those of the format.
    #[error("the file is damaged, or not an ONNX file ({0}): check the path, or export it again")]
    Decode(#[from] DecodeError),
    /// The file ends too early.
    #[error(
        "the file is truncated or damaged: a part of it claims {claimed} bytes, but only {rest} \
         are there; copy or export it again"
    )]
    Truncated {
        /// The bytes that a part claims to have.
        claimed: u64,
        /// Those that are left.
        rest: usize,
    },
    /// More integers than a network has.
    #[error(
        "the file has more than {limit} integers: a network's weights are numbers of type FLOAT, convert it \
         (.float()) and export it again"
    )]
    TooManyIntegers {
        /// The most that are read.
        limit: usize,
    },
    /// More than is read.
    #[error(
        "the file has {bytes} bytes, more than the limit of {limit}: a network this large fits no \
         board"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The largest size.
        limit: usize,
    },
    /// More nodes, attributes, tensors and names than are read.
    #[error(
        "the file lists more than {limit} parts (nodes, attributes, tensors): a network this large \
         fits no board"
    )]
    TooManyParts {
        /// The most that are read.
        limit: usize,
    },
    /// There is no graph.
    #[error("the file has no graph: it is empty, or not an ONNX file; export it again")]
    NoGraph,
    /// Operators of other meaning.
    #[error(
        "the file uses operator set {version}, but 7 or later is needed: export it with \
         opset_version=17"
    )]
    OldOperators {
        /// The version.
        version: i64,
    },
    /// Not one input.
    #[error(
        "the graph has {} inputs ({names}), but only one is supported: export the part with one \
         input", .count
    )]
    Inputs {
        /// How many there are.
        count: usize,
        /// Their names.
        names: String,
    },
    /// No output, or none of the wanted name.
    #[error(
        "the graph has {count} outputs ({names}){}", match .wanted {
            Some(wanted) => format!(", and no value is called {wanted:?}: name one of them with --output, or a value inside the network"),
            None => ": export a module that returns one".into(),
        }
    )]
    Outputs {
        /// The name that was given.
        wanted: Option<String>,
        /// How many there are.
        count: usize,
        /// Their names.
        names: String,
    },
    /// The input is not a batch of maps or vectors of known size.
    #[error(
        "the input {name:?} is {found}: make it FLOAT of batch x channels x rows x columns (or \
         batch x channels x length, or batch x features), where only the batch may be dynamic, and \
         export again"
    )]
    Input {
        /// Its name.
        name: String,
        /// What it is.
        found: String,
    },
    /// A node reads what nothing makes.
    #[error(
        "node {node} reads {tensor:?}, which is not an input, an initializer or the output of a \
         node: the file is incomplete; export it again"
    )]
    MissingTensor {
        /// The node.
        node: String,
        /// What it reads.
        tensor: String,
    },
    /// Nodes wait for each other.
    #[error(
        "the graph has a cycle through node {node}: only networks without cycles are supported"
    )]
    Cycle {
        /// One of its nodes.
        node: String,
    },
    /// Two nodes make the same.
    #[error("{tensor:?} is produced twice: the file is damaged; export it again")]
    MadeTwice {
        /// What they make.
        tensor: String,
    },
    /// There are parameters in a form that is not read.
    #[error("cannot use the numbers of {tensor:?}")]
    Numbers {
        /// The tensor.
        tensor: String,
        /// Why not.
        source: NumbersError,
    },
    /// The output is not made of the input.
    #[error("the output {output:?} is not computed from the input {input:?}: check the export")]
    DeadEnd {
        /// The input.
        input: String,
        /// The output.
        output: String,
    },
    /// The output has another shape than the file says.
    #[error(
        "the output {output:?} is {computed}, where the file declares {declared}: the file contradicts itself, export \
         it again"
    )]
    OutputShape {
        /// The output.
        output: String,
        /// Its shape.
        computed: String,
        /// What the file says.
        declared: String,
    },
    /// Its graph is no network of layers.
    #[error(transparent)]
    Layers(#[from] LayersError),
}
