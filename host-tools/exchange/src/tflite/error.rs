//! Why a TensorFlow Lite file is not imported.

use thiserror::Error;

use crate::LayersError;

/// Why a TensorFlow Lite file is not imported.
///
/// ```
/// use tinyconv_exchange::tflite::{TfliteError, import};
///
/// let refused = import(b"\x08\0\0\0TFL3").unwrap_err(); // the root would be behind the end
/// assert!(matches!(refused, TfliteError::Damaged { .. }));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TfliteError {
    /// More than is read.
    #[error(
        "the file has {bytes} bytes, more than the limit of {limit}: a network this large fits no board"
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The largest size.
        limit: usize,
    },
    /// Offsets that lead nowhere, lists that are not there.
    #[error("the file is damaged ({what} lies outside of it): copy or convert it again")]
    Damaged {
        /// What does not lie in the file.
        what: &'static str,
    },
    /// More tensors or operators than a network has.
    #[error("the file lists more than {limit} {what}: a network this large fits no board")]
    TooMany {
        /// What is listed.
        what: &'static str,
        /// The most that are read.
        limit: usize,
    },
    /// Not one network in the file.
    #[error("the file has {count} graphs, but one is supported: convert a single function")]
    Graphs {
        /// How many there are.
        count: usize,
    },
    /// Not one input or output.
    #[error(
        "the network has {count} {what}s ({names}), but only one is supported: {}",
        if *.what == "output" { "choose one of them with --output NAME" } else { "convert a network with one" }
    )]
    Ends {
        /// Input or output.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// Their names.
        names: String,
    },
    /// No output of the wanted name.
    #[error("no output has that name; there {} {names}: give --output with {}",
        if *.count == 1 { "is" } else { "are" },
        if *.count == 1 { "it, or leave it out" } else { "one of them" }
    )]
    NoOutput {
        /// How many there are.
        count: usize,
        /// Their names.
        names: String,
    },
    /// Quantised, or of another type.
    #[error(
        "the tensor {tensor:?} is of type {found}, but networks of float32 are imported (weights may be float16): \
         convert the model without quantisation (leave out converter.optimizations)"
    )]
    Type {
        /// The tensor.
        tensor: String,
        /// Its type.
        found: String,
    },
    /// A batch of several samples, or a size that is open.
    #[error(
        "the input {input:?} is {found}: convert with a batch of 1 and fixed sizes (tf.keras.Input(shape=..., batch_size=1))"
    )]
    Input {
        /// The input.
        input: String,
        /// Its shape.
        found: String,
    },
    /// The file has another shape than follows.
    #[error(
        "the tensor {tensor:?} is {computed}, where the file declares {declared}: the file contradicts itself, convert \
         it again"
    )]
    Shape {
        /// The tensor.
        tensor: String,
        /// The shape that follows.
        computed: String,
        /// What the file says.
        declared: String,
    },
    /// Numbers that are none.
    #[error(
        "number {index} of the tensor {tensor:?} is {value}: training diverged, or the file is damaged"
    )]
    NotFinite {
        /// The tensor.
        tensor: String,
        /// Which number.
        index: usize,
        /// What it is.
        value: f32,
    },
    /// One weight for many nodes.
    #[error("the nodes together read more than {limit} numbers: take a smaller network")]
    TooOften {
        /// The most that are read.
        limit: usize,
    },
    /// The output is not made of the input.
    #[error("the output {output:?} is not computed from the input: convert it again")]
    DeadEnd {
        /// The output.
        output: String,
    },
    /// Its graph is no network of layers.
    #[error(transparent)]
    Layers(#[from] LayersError),
}
