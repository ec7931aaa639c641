//! The end of a residual block: what was kept is added.

use super::elementwise;
pub(crate) use super::no_options as options;
use crate::{Class, Dims, Facts, ShapeError, Written};

pub(crate) const NAME: &str = "Add";
pub(crate) const TAG: u32 = 16;
pub(crate) const CLASS: Class = Class::Join;
/// `Residual { .. }` is written in its place.
pub(crate) const WRITTEN: [Written; 0] = [];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    elementwise(input)
}
