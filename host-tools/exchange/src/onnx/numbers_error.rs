//! Why the numbers of a tensor cannot be used.

use thiserror::Error;

/// Why the numbers of a tensor cannot be used.
///
/// ```
/// use tinyconv_exchange::onnx::{NumbersError, stored_tensor};
///
/// // Two numbers claimed, four bytes there.
/// let bytes = [0x08, 2, 0x10, 1, 0x4a, 4, 0, 0, 0, 0x3f];
/// let refused = stored_tensor(&bytes).unwrap().unwrap_err();
/// assert_eq!(refused, NumbersError::Count { dims: vec![2], bytes: 4 });
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum NumbersError {
    /// They are in another file, which is not read.
    #[error("they are in the file {file:?}: {problem}")]
    External {
        /// Where they are.
        file: String,
        /// Why it is not read.
        problem: &'static str,
    },
    /// They are of a type that is not converted.
    #[error(
        "they are of type {found}, but must be of type {wanted}: convert the model (.float()) and \
         export again"
    )]
    Type {
        /// Their type.
        found: String,
        /// The types that are read.
        wanted: &'static str,
    },
    /// There are not as many as the shape says.
    #[error("the shape {dims:?} does not match the data ({bytes} bytes): export it again")]
    Count {
        /// The shape.
        dims: Vec<i64>,
        /// The bytes of the numbers.
        bytes: usize,
    },
    /// Too many nodes read them.
    #[error(
        "its nodes together read more than {limit} numbers, as if a weight were used many times over: take a \
         smaller network"
    )]
    TooOften {
        /// The most that are read.
        limit: usize,
    },
    /// One of them is no number.
    #[error("number {index} is {value}: training diverged, or the file is damaged")]
    NotFinite {
        /// Which one.
        index: usize,
        /// What it is.
        value: f32,
    },
    /// They are not known before the network runs.
    #[error(
        "they are computed while the network runs, or by an operator that is not worked out here: make them constants of \
         the file (onnxsim does that)"
    )]
    NotConstant,
}
