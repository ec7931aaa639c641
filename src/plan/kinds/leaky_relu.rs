//! The activation `y = x` where `x > 0`, else `slope * x`.

use super::elementwise;
use crate::written::optional;
use crate::{Class, Dims, Facts, OptionValue, OptionValues, ShapeError, Takes, Value, Written};

pub(crate) const NAME: &str = "LeakyRelu";
pub(crate) const TAG: u32 = 8;
pub(crate) const CLASS: Class = Class::Activation;

pub(crate) const WRITTEN: [Written; 1] = [Written {
    name: NAME,
    kind: NAME,
    options_type: Some("LeakyReluOptions"),
    options: &[optional("slope", Takes::Float)],
    fixed: &[],
    class: CLASS,
    gives_vector: false,
}];

/// Options of a leaky ReLU.
///
/// ```
/// use tinyconv_plan::{Dims, LayerKind, LeakyReluOptions, ShapeError};
///
/// let leaky = |slope| LayerKind::LeakyRelu(LeakyReluOptions { slope });
/// assert!(leaky(0.25).facts(Dims::Vector(3)).is_ok());
/// let error = leaky(0.0).facts(Dims::Vector(3)).unwrap_err();
/// assert!(matches!(error, ShapeError::OptionOutOfRange { must, .. } if must.contains("above 0")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LeakyReluOptions {
    /// What negative numbers are multiplied by.
    pub slope: f32,
}

impl LeakyReluOptions {
    /// A slope of 0.01.
    pub const NEW: Self = Self { slope: 0.01 };
}

pub(crate) const fn facts(o: LeakyReluOptions, input: Dims) -> Result<Facts, ShapeError> {
    if !(o.slope > 0.0 && o.slope < f32::INFINITY) {
        return Err(ShapeError::OptionOutOfRange {
            option: "slope",
            must: "the slope must be a finite number above 0: use Relu for 0",
        });
    }
    elementwise(input)
}

/// The slope is always written.
pub(crate) const fn options(o: LeakyReluOptions) -> OptionValues {
    OptionValues::new([OptionValue::given("slope", Value::Float(o.slope))])
}
