//! The activation that keeps its input between two bounds: ReLU6, hard tanh.

use super::elementwise;
use crate::written::required;
use crate::{Class, Dims, Facts, OptionValue, OptionValues, ShapeError, Takes, Value, Written};

pub(crate) const NAME: &str = "Clip";
pub(crate) const TAG: u32 = 17;
pub(crate) const CLASS: Class = Class::Activation;

pub(crate) const WRITTEN: [Written; 1] = [Written {
    name: NAME,
    kind: NAME,
    options_type: Some("ClipOptions"),
    options: &[required("low", Takes::Float), required("high", Takes::Float)],
    fixed: &[],
    class: CLASS,
    gives_vector: false,
}];

/// Options of a clip.
///
/// ```
/// use tinyconv_plan::{ClipOptions, Dims, LayerKind};
///
/// let clip = |low, high| LayerKind::Clip(ClipOptions { low, high });
/// assert_eq!(clip(0.0, 6.0).to_string(), "Clip { low: 0.0, high: 6.0 }");
/// assert!(clip(1.0, 1.0).facts(Dims::Vector(3)).is_err()); // nothing is between them
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ClipOptions {
    /// What smaller numbers become.
    pub low: f32,
    /// What larger numbers become.
    pub high: f32,
}

impl ClipOptions {
    /// `low` and `high` must be given.
    pub const NEW: Self = Self { low: 0.0, high: 0.0 };
}

pub(crate) const fn facts(o: ClipOptions, input: Dims) -> Result<Facts, ShapeError> {
    if !(o.low < o.high && o.low.is_finite() && o.high.is_finite()) {
        return Err(ShapeError::OptionOutOfRange {
            option: "high",
            must: "`low` and `high` must be finite numbers, `low` the smaller one",
        });
    }
    elementwise(input)
}

pub(crate) const fn options(o: ClipOptions) -> OptionValues {
    OptionValues::new([
        OptionValue::given("low", Value::Float(o.low)),
        OptionValue::given("high", Value::Float(o.high)),
    ])
}
