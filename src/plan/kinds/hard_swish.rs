//! `y = x * clip(x + 3, 0, 6) / 6`

use super::elementwise;
pub(crate) use super::no_options as options;
use crate::{Class, Dims, Facts, ShapeError, Written};

pub(crate) const NAME: &str = "HardSwish";
pub(crate) const TAG: u32 = 22;
pub(crate) const CLASS: Class = Class::Plain;
pub(crate) const WRITTEN: [Written; 1] = [Written::plain(NAME, CLASS)];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    elementwise(input)
}
