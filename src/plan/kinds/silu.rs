//! `y = x / (1 + exp(-x))`

use super::elementwise;
pub(crate) use super::no_options as options;
use crate::{Class, Dims, Facts, ShapeError, Written};

pub(crate) const NAME: &str = "Silu";
pub(crate) const TAG: u32 = 23;
pub(crate) const CLASS: Class = Class::Plain;
pub(crate) const WRITTEN: [Written; 1] = [Written::plain(NAME, CLASS)];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    elementwise(input)
}
