//! The end of a block's first branch, and the begin of its second one: what came into the block comes in again.

use super::elementwise;
pub(crate) use super::no_options as options;
use crate::{Class, Dims, Facts, ShapeError, Written};

pub(crate) const NAME: &str = "Branch";
pub(crate) const TAG: u32 = 19;
pub(crate) const CLASS: Class = Class::Branch;
/// `Branch { .. }` is written in its place.
pub(crate) const WRITTEN: [Written; 0] = [];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    elementwise(input)
}
