//! What both pooling layers have in common, and the options of the one.

use super::conv2d::padding;
use crate::window::Fit;
use crate::written::{optional, required};
use crate::{
    Class, Dims, Facts, OptionValue, PaddingOption, ShapeError, Takes, Value, Window, Written,
    WrittenOption,
};

/// Options of a max-pooling layer.
///
/// ```
/// use tinyconv_plan::{LayerKind, PoolOptions};
///
/// let pool = LayerKind::MaxPool2d(PoolOptions { size: [2, 2], ..PoolOptions::NEW });
/// assert_eq!(pool.to_string(), "MaxPool2d { size: 2 }");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "crate::stored::Pool", into = "crate::stored::Pool"))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PoolOptions {
    /// Rows and columns of the window.
    pub size: [usize; 2],
    /// Rows and columns from one window to the next; `None` is the size of the window.
    pub stride: Option<[usize; 2]>,
    /// Cells around the input, which are passed over.
    pub padding: PaddingOption,
}

impl PoolOptions {
    /// Windows side by side, no padding; `size` must be given.
    pub const NEW: Self = Self { size: [0, 0], stride: None, padding: PaddingOption::NONE };

    /// Rows and columns from one window to the next.
    ///
    /// ```
    /// use tinyconv_plan::PoolOptions;
    ///
    /// assert_eq!(PoolOptions { size: [2, 3], ..PoolOptions::NEW }.strides(), [2, 3]);
    /// let step = PoolOptions { size: [2, 3], stride: Some([1, 1]), ..PoolOptions::NEW };
    /// assert_eq!(step.strides(), [1, 1]);
    /// ```
    #[must_use]
    pub const fn strides(self) -> [usize; 2] {
        strides(self.size, self.stride)
    }
}

pub(super) const fn strides(size: [usize; 2], stride: Option<[usize; 2]>) -> [usize; 2] {
    match stride {
        Some(stride) => stride,
        None => size,
    }
}

pub(super) const PAIRS: &[WrittenOption] = &[
    required("size", Takes::Pair),
    optional("stride", Takes::SomePair),
    optional("padding", Takes::Padding),
];
pub(super) const COLUMNS: &[WrittenOption] = &[
    required("size", Takes::Columns),
    optional("stride", Takes::SomeColumns),
    optional("padding", Takes::PaddingColumns),
];

/// A pooling layer for maps, and the same for signals.
pub(super) const fn written(
    [kind, signals]: [&'static str; 2],
    options_type: &'static str,
    [pairs, columns]: [&'static [WrittenOption]; 2],
    class: Class,
) -> [Written; 2] {
    let maps = Written {
        name: kind,
        kind,
        options_type: Some(options_type),
        options: pairs,
        fixed: &[],
        class,
        gives_vector: false,
    };
    [maps, Written { name: signals, options: columns, ..maps }]
}

pub(super) const fn facts(
    size: [usize; 2],
    stride: [usize; 2],
    padding: PaddingOption,
    input: Dims,
) -> Result<Facts, ShapeError> {
    let (channels, dilation) = (input.channels(), [1, 1]);
    let fit = Fit { channels, groups: 1, kernel: size, stride, dilation, padding };
    match Window::fitted(input, fit) {
        Ok(window) => Ok(Facts {
            window: Some(window),
            visits: channels.saturating_mul(window.visits()),
            ..Facts::plain(input, Dims::Map(window.output))
        }),
        Err(error) => Err(error),
    }
}

/// What both poolings have.
pub(super) const fn options(
    size: [usize; 2],
    stride: [usize; 2],
    around: PaddingOption,
) -> [OptionValue; 3] {
    let is_default = stride[0] == size[0] && stride[1] == size[1];
    let is_none = padding(around).is_default;
    [
        OptionValue::given("size", Value::Pair(size)),
        OptionValue::or_default("stride", Value::Pair(stride), is_default),
        OptionValue::later("padding", Value::Padding(around), is_none),
    ]
}
