//! Why a list of layers cannot be run.

use thiserror::Error;

/// Why a list of layers cannot be run.
///
/// ```
/// use tinyconv_training::interpret::{InterpretError, Interpreter};
/// use tinyconv::plan::Dims;
///
/// let refused = Interpreter::new(Dims::Vector(2), &[]).unwrap_err();
/// assert_eq!(refused, InterpretError::Empty);
/// assert_eq!(refused.to_string(), "the network has no layers; give it at least one");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InterpretError {
    /// There are no layers.
    #[error("the network has no layers; give it at least one")]
    Empty,

    /// A layer cannot take its input, or cannot stand where it stands: which one, and what to change.
    #[error("the layers do not fit together: {0}")]
    Layer(String),

    /// A map is larger than any that a microcontroller holds, by far.
    #[error(
        "layer {} produces a map of {elements} elements, more than the limit of {limit}; use a \
         smaller input or less padding",
        .index + 1
    )]
    TooLarge {
        /// The layer, counted from 0.
        index: usize,
        /// The elements of its output.
        elements: usize,
        /// The most that are computed.
        limit: usize,
    },

    /// An inference would take hours.
    #[error(
        "an inference takes {multiply_adds} multiply-adds, more than the limit of {limit}; use a \
         smaller input or fewer channels"
    )]
    TooSlow {
        /// Multiply-adds and visits of all layers.
        multiply_adds: usize,
        /// The most that are computed.
        limit: usize,
    },
}
