//! Dropout.

use super::elementwise;
use crate::written::required;
use crate::{
    Class, Dims, Facts, Needs, OptionValue, OptionValues, ShapeError, Takes, Value, Written,
};

pub(crate) const NAME: &str = "Dropout";
pub(crate) const TAG: u32 = 13;
pub(crate) const CLASS: Class = Class::Random;

pub(crate) const WRITTEN: [Written; 1] = [Written {
    name: NAME,
    kind: NAME,
    options_type: Some("DropoutOptions"),
    options: &[required("keep", Takes::Float)],
    fixed: &[],
    class: CLASS,
    gives_vector: false,
}];

/// Options of dropout.
///
/// ```
/// use tinyconv_plan::{Dims, DropoutOptions, LayerKind, ShapeError};
///
/// let dropout = |keep| LayerKind::Dropout(DropoutOptions { keep }).facts(Dims::Vector(4));
/// assert_eq!(dropout(0.5)?.output, Dims::Vector(4));
/// assert!(matches!(dropout(0.0), Err(ShapeError::OptionOutOfRange { option: "keep", .. })));
/// # Ok::<(), ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DropoutOptions {
    /// The probability with which an element is kept.
    pub keep: f32,
}

impl DropoutOptions {
    /// `keep` must be given.
    pub const NEW: Self = Self { keep: 0.0 };

    /// Masks that one draw decides: 16 of its 128 bits each.
    pub const MASKS: usize = 8;
}

pub(crate) const fn facts(o: DropoutOptions, input: Dims) -> Result<Facts, ShapeError> {
    if !(o.keep > 0.0 && o.keep <= 1.0) {
        return Err(ShapeError::OptionOutOfRange {
            option: "keep",
            must: "`keep`, the probability with which an element stays, must be above 0 and at most 1",
        });
    }
    match elementwise(input) {
        Ok(facts) => {
            let needs = Needs {
                // The masks.
                tape: input.len(),
                // Whole draws, so that no two layers share one.
                draws: input
                    .len()
                    .div_ceil(DropoutOptions::MASKS)
                    .saturating_mul(DropoutOptions::MASKS),
                ..facts.needs
            };
            Ok(Facts { needs, ..facts })
        }
        error => error,
    }
}

pub(crate) const fn options(o: DropoutOptions) -> OptionValues {
    OptionValues::new([OptionValue::given("keep", Value::Float(o.keep))])
}
