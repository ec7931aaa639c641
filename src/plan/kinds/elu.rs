//! The activation `y = x` where `x > 0`, else `alpha * (exp(x) - 1)`.

use super::elementwise;
use crate::written::optional;
use crate::{Class, Dims, Facts, OptionValue, OptionValues, ShapeError, Takes, Value, Written};

pub(crate) const NAME: &str = "Elu";
pub(crate) const TAG: u32 = 21;
pub(crate) const CLASS: Class = Class::Activation;

pub(crate) const WRITTEN: [Written; 1] = [Written {
    name: NAME,
    kind: NAME,
    options_type: Some("EluOptions"),
    options: &[optional("alpha", Takes::Float)],
    fixed: &[],
    class: CLASS,
    gives_vector: false,
}];

/// Options of a ELU.
///
/// ```
/// use tinyconv_plan::{Dims, LayerKind, EluOptions, ShapeError};
///
/// let elu = |alpha| LayerKind::Elu(EluOptions { alpha });
/// assert!(elu(0.25).facts(Dims::Vector(3)).is_ok());
/// let error = elu(0.0).facts(Dims::Vector(3)).unwrap_err();
/// assert!(matches!(error, ShapeError::OptionOutOfRange { must, .. } if must.contains("above 0")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct EluOptions {
    /// How far below zero it goes.
    pub alpha: f32,
}

impl EluOptions {
    /// An alpha of 1.
    pub const NEW: Self = Self { alpha: 1.0 };
}

pub(crate) const fn facts(o: EluOptions, input: Dims) -> Result<Facts, ShapeError> {
    if !(o.alpha > 0.0 && o.alpha < f32::INFINITY) {
        return Err(ShapeError::OptionOutOfRange {
            option: "alpha",
            must: "`alpha` must be a finite number above 0: use Relu for 0",
        });
    }
    elementwise(input)
}

/// Alpha is always written.
pub(crate) const fn options(o: EluOptions) -> OptionValues {
    OptionValues::new([OptionValue::given("alpha", Value::Float(o.alpha))])
}
