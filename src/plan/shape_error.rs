//! Why layers do not fit together.

use crate::{Dims, LayerSpec, Message, Value};

/// Why a layer cannot take its input, or cannot stand where it stands.
///
/// ```
/// use tinyconv_plan::{Dims, LayerKind, PoolOptions, ShapeError};
///
/// let pool = LayerKind::MaxPool2d(PoolOptions { size: [4, 4], ..PoolOptions::NEW });
/// let error = pool.facts(Dims::Map([1, 3, 8])).unwrap_err();
/// assert_eq!(error, ShapeError::LargerThanInput { window: [4, 4], padded: [3, 8] });
/// assert_eq!(pool.facts(Dims::Vector(8)), Err(ShapeError::NotAMap));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ShapeError {
    /// The kernel or window has more rows or columns than the padded input.
    LargerThanInput {
        /// Rows and columns of the window.
        window: [usize; 2],
        /// Rows and columns of the input with its padding.
        padded: [usize; 2],
    },
    /// A stride of zero.
    ZeroStride,
    /// A kernel, window, map or number of outputs of zero.
    ZeroSize,
    /// A layer for maps after one that gives a vector.
    NotAMap,
    /// A max-pooling window of more than 254 cells.
    TooManyCells {
        /// Rows and columns of the window.
        window: [usize; 2],
    },
    /// An option outside of what makes sense.
    OptionOutOfRange {
        /// Its name.
        option: &'static str,
        /// What it must be, as its kind says.
        must: &'static str,
    },
    /// A residual block whose output has another shape than its input, which was this.
    OtherShape(Dims),
    /// Branches whose outputs have shapes that do not go together; the first one's was this.
    OtherBranch(Dims),
    /// A block or a branch without layers.
    EmptyBlock,
    /// The begin of a block without its end, or the end or a second branch without its begin.
    HalfABlock,
    /// A third branch of a block.
    SecondBranch,
    /// Blocks within one another, more than [`MOST_NESTED`](crate::MOST_NESTED) deep.
    NestedTooDeep,
}

/// A layer that does not fit.
///
/// ```
/// use tinyconv_plan::{Dims, LayerKind, LayerSpec, Misfit, Plan, ShapeError};
///
/// let layers = [LayerSpec { name: "mean", kind: LayerKind::GlobalAvgPool2d }];
/// let misfit: Misfit<'_> = Plan::new(Dims::Vector(4), &layers).unwrap_err();
/// assert_eq!((misfit.index, misfit.error), (0, ShapeError::NotAMap));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Misfit<'a> {
    /// Its number in the list, from 0.
    pub index: usize,
    /// The layer.
    pub layer: &'a LayerSpec<'a>,
    /// The shape of what comes in.
    pub input: Dims,
    /// What is wrong.
    pub error: ShapeError,
}

impl Misfit<'_> {
    /// The option that is at fault, where it is one by itself.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 0 }) }];
    /// assert_eq!(Plan::new(Dims::Vector(4), &layers).unwrap_err().option(), Some("out"));
    /// ```
    #[must_use]
    pub const fn option(&self) -> Option<&'static str> {
        match self.error {
            ShapeError::ZeroStride => Some("stride"),
            ShapeError::TooManyCells { .. } => Some("size"),
            ShapeError::OptionOutOfRange { option, .. } => Some(option),
            ShapeError::ZeroSize => {
                let options = self.layer.kind.options();
                let options = options.as_slice();
                let mut i = 0;
                while i < options.len() {
                    // The input has a size of 0 where no option has.
                    if let Value::Number(0) | Value::Pair([0, _] | [_, 0]) = options[i].value {
                        return Some(options[i].name);
                    }
                    i += 1;
                }
                None
            }
            _ => None,
        }
    }

    /// The layer, the shapes, and what to change.
    ///
    /// ```
    /// use tinyconv_plan::{Conv2dOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let options = Conv2dOptions { out: 6, kernel: [5, 5], ..Conv2dOptions::NEW };
    /// let layers = [LayerSpec { name: "conv", kind: LayerKind::Conv2d(options) }];
    /// let misfit = Plan::new(Dims::Map([1, 28, 4]), &layers).unwrap_err();
    /// assert_eq!(
    ///     misfit.explain().as_str(),
    ///     "layer `conv` (Conv2d): the window of 5 x 5 is larger than its input of 28 x 4 (padding included; \
    ///      the map is 1 x 28 x 4): make the window smaller or the map larger"
    /// );
    /// ```
    #[must_use]
    pub const fn explain(&self) -> Message {
        let written = match self.layer.kind.class() {
            crate::Class::Fork | crate::Class::Join => "Residual",
            crate::Class::Branch => "Branch",
            crate::Class::Concat => "Concat",
            _ => self.layer.kind.name(),
        };
        self.explain_as(written)
    }

    /// The same for a layer that somebody has `written` so.
    pub(crate) const fn explain_as(&self, written: &str) -> Message {
        let text = Message::EMPTY.text("layer ");
        let text = if self.layer.name.is_empty() {
            text.text("number ").number(self.index + 1)
        } else {
            text.text("`").text(self.layer.name).text("`")
        };
        let text = text.text(" (").text(written).text("): ");
        match self.error {
            ShapeError::LargerThanInput { window, padded } => text
                .text("the window of ")
                .pair(window[0], window[1])
                .text(" is larger than its input of ")
                .pair(padded[0], padded[1])
                .text(" (padding included; the map is ")
                .dims(self.input)
                .text("): make the window smaller or the map larger"),
            ShapeError::ZeroStride => text.text("a stride of 0 goes nowhere: use 1 or more"),
            ShapeError::ZeroSize => text
                .text("a size of 0 (the input is ")
                .dims(self.input)
                .text("): give `out`, `kernel` or `size` as 1 or more"),
            ShapeError::NotAMap => text
                .text("needs a map of channels x rows x columns, but its input is ")
                .dims(self.input)
                .text(": put it before Flatten, GlobalAvgPool2d and Dense"),
            ShapeError::TooManyCells { window } => text
                .text("a max-pooling window of ")
                .pair(window[0], window[1])
                .text(" (the input is ")
                .dims(self.input)
                .text(") has more than 254 cells: pool in two steps"),
            ShapeError::OptionOutOfRange { must, .. } => text.text(must),
            ShapeError::OtherShape(kept) => text
                .text("the residual block makes ")
                .dims(self.input)
                .text(" of ")
                .dims(kept)
                .text(
                    ", and these cannot be added: keep the shape (padding `same`), or give the block a \
                     `Branch { .. }` that changes it alike",
                ),
            ShapeError::OtherBranch(first) => text
                .text("one branch gives ")
                .dims(first)
                .text(", the other ")
                .dims(self.input)
                .text(": give both the same rows and columns, and the same channels if they are added"),
            ShapeError::EmptyBlock => text.text("the block or its branch has no layers: give it one"),
            ShapeError::HalfABlock => text.text(
                "a block has a begin (Skip) and an end (Add or Concat), and a Branch only within: add \
                 what is missing",
            ),
            ShapeError::SecondBranch => text.text(
                "a block has two branches: put a block of two branches into one of them for a third",
            ),
            ShapeError::NestedTooDeep => text
                .text("blocks lie within one another more than ")
                .number(crate::MOST_NESTED)
                .text(" deep: put them one after the other"),
        }
    }
}
