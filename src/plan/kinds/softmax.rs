//! Probabilities as an output.

pub(crate) use super::no_options as options;
use crate::{Class, Dims, Facts, Needs, ShapeError, Written};

pub(crate) const NAME: &str = "Softmax";
pub(crate) const TAG: u32 = 14;
pub(crate) const CLASS: Class = Class::KeepsOutput;
pub(crate) const WRITTEN: [Written; 1] = [Written::plain(NAME, CLASS)];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    let facts = Facts::plain(input, input);
    Ok(Facts { needs: Needs { keeps_output: true, ..facts.needs.in_place(0) }, ..facts })
}
