//! The mean of each window.

use super::pool::{COLUMNS, PAIRS, written};
use crate::written::optional;
use crate::{
    Class, Dims, Facts, OptionValue, OptionValues, PaddingOption, ShapeError, Takes, Value,
    Written, WrittenOption,
};

pub(crate) const NAME: &str = "AvgPool2d";
pub(crate) const TAG: u32 = 2;
pub(crate) const CLASS: Class = Class::Plain;

const COUNTS: WrittenOption = optional("counts_padding", Takes::Flag);
const COUNTING_PAIRS: &[WrittenOption] = &[PAIRS[0], PAIRS[1], PAIRS[2], COUNTS];
const COUNTING_COLUMNS: &[WrittenOption] = &[COLUMNS[0], COLUMNS[1], COLUMNS[2], COUNTS];
pub(crate) const WRITTEN: [Written; 2] = written(
    [NAME, "AvgPool1d"],
    "AvgPoolOptions",
    [COUNTING_PAIRS, COUNTING_COLUMNS],
    CLASS,
);

/// Options of an average-pooling layer.
///
/// ```
/// use tinyconv_plan::{AvgPoolOptions, LayerKind, PaddingOption};
///
/// let padding = PaddingOption::Zeros([1, 1]);
/// let pool = AvgPoolOptions { size: [3, 3], padding, ..AvgPoolOptions::NEW };
/// assert_eq!(LayerKind::AvgPool2d(pool).to_string(), "AvgPool2d { size: 3, padding: 1 }");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "crate::stored::Pool", into = "crate::stored::Pool"))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AvgPoolOptions {
    /// Rows and columns of the window.
    pub size: [usize; 2],
    /// Rows and columns from one window to the next; `None` is the size of the window.
    pub stride: Option<[usize; 2]>,
    /// Cells around the input, which add nothing.
    pub padding: PaddingOption,
    /// The mean is over all cells of the window, those of the padding among them (PyTorch's default); without,
    /// over those on the map (TensorFlow's way).
    pub counts_padding: bool,
}

impl AvgPoolOptions {
    /// Windows side by side, no padding; `size` must be given.
    pub const NEW: Self =
        Self { size: [0, 0], stride: None, padding: PaddingOption::NONE, counts_padding: false };

    /// Rows and columns from one window to the next.
    ///
    /// ```
    /// use tinyconv_plan::AvgPoolOptions;
    ///
    /// assert_eq!(AvgPoolOptions { size: [2, 3], ..AvgPoolOptions::NEW }.strides(), [2, 3]);
    /// ```
    #[must_use]
    pub const fn strides(self) -> [usize; 2] {
        super::pool::strides(self.size, self.stride)
    }
}

pub(crate) const fn facts(o: AvgPoolOptions, input: Dims) -> Result<Facts, ShapeError> {
    super::pool::facts(o.size, o.strides(), o.padding, input)
}

pub(crate) const fn options(o: AvgPoolOptions) -> OptionValues {
    let [size, stride, padding] = super::pool::options(o.size, o.strides(), o.padding);
    let counts = Value::Flag(o.counts_padding);
    let counts = OptionValue::later("counts_padding", counts, !o.counts_padding);
    OptionValues::new([size, stride, padding, counts])
}
