//! What both pooling layers have in common.

use crate::written::{optional, required};
use crate::{
    Class, Dims, Facts, OptionValue, OptionValues, PaddingOption, ShapeError, Takes, Value, Window,
    Written, WrittenOption,
};

/// Options of a pooling layer.
///
/// ```
/// use tinyconv_plan::{LayerKind, PoolOptions};
///
/// let pool = LayerKind::MaxPool2d(PoolOptions { size: [2, 2], stride: None });
/// assert_eq!(pool.to_string(), "MaxPool2d { size: 2 }");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PoolOptions {
    /// Rows and columns of the window.
    pub size: [usize; 2],
    /// Rows and columns from one window to the next; `None` is the size of the window.
    pub stride: Option<[usize; 2]>,
}

impl PoolOptions {
    /// Windows side by side; `size` must be given.
    pub const NEW: Self = Self { size: [0, 0], stride: None };

    /// Rows and columns from one window to the next.
    ///
    /// ```
    /// use tinyconv_plan::PoolOptions;
    ///
    /// assert_eq!(PoolOptions { size: [2, 3], stride: None }.strides(), [2, 3]);
    /// assert_eq!(PoolOptions { size: [2, 3], stride: Some([1, 1]) }.strides(), [1, 1]);
    /// ```
    #[must_use]
    pub const fn strides(self) -> [usize; 2] {
        match self.stride {
            Some(stride) => stride,
            None => self.size,
        }
    }
}

const PAIRS: &[WrittenOption] =
    &[required("size", Takes::Pair), optional("stride", Takes::SomePair)];
const COLUMNS: &[WrittenOption] =
    &[required("size", Takes::Columns), optional("stride", Takes::SomeColumns)];

/// A pooling layer for maps, and the same for signals.
pub(super) const fn written(
    kind: &'static str,
    signals: &'static str,
    class: Class,
) -> [Written; 2] {
    let options_type = Some("PoolOptions");
    let pairs = Written {
        name: kind,
        kind,
        options_type,
        options: PAIRS,
        fixed: &[],
        class,
        gives_vector: false,
    };
    [pairs, Written { name: signals, options: COLUMNS, ..pairs }]
}

pub(crate) const fn facts(o: PoolOptions, input: Dims) -> Result<Facts, ShapeError> {
    let window =
        Window::fitted(input, input.channels(), 1, o.size, o.strides(), PaddingOption::NONE);
    match window {
        Ok(window) => Ok(Facts {
            window: Some(window),
            visits: input.channels().saturating_mul(window.visits()),
            ..Facts::plain(input, Dims::Map(window.output))
        }),
        Err(error) => Err(error),
    }
}

pub(crate) const fn options(o: PoolOptions) -> OptionValues {
    let stride = o.strides();
    let is_default = stride[0] == o.size[0] && stride[1] == o.size[1];
    OptionValues::new([
        OptionValue::given("size", Value::Pair(o.size)),
        OptionValue::or_default("stride", Value::Pair(stride), is_default),
    ])
}
