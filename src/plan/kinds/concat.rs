//! The end of a block whose branches' channels lie one behind the other.

use super::elementwise;
pub(crate) use super::no_options as options;
use crate::{Class, Dims, Facts, ShapeError, Written};

pub(crate) const NAME: &str = "Concat";
pub(crate) const TAG: u32 = 20;
pub(crate) const CLASS: Class = Class::Concat;
/// `Concat { .. }` is written in its place.
pub(crate) const WRITTEN: [Written; 0] = [];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    elementwise(input)
}
