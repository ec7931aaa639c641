//! The begin of a residual block: what comes in is kept.

use super::elementwise;
pub(crate) use super::no_options as options;
use crate::{Class, Dims, Facts, ShapeError, Written};

pub(crate) const NAME: &str = "Skip";
pub(crate) const TAG: u32 = 15;
pub(crate) const CLASS: Class = Class::Fork;
/// `Residual { .. }` is written in its place.
pub(crate) const WRITTEN: [Written; 0] = [];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    elementwise(input)
}
