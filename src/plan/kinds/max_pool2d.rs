//! The largest of each window.

pub use super::pool::PoolOptions;
use super::pool::{COLUMNS, PAIRS, written};
use crate::{Class, Dims, Facts, OptionValues, ShapeError, Written};

pub(crate) const NAME: &str = "MaxPool2d";
pub(crate) const TAG: u32 = 1;
pub(crate) const CLASS: Class = Class::MaxPool;
pub(crate) const WRITTEN: [Written; 2] =
    written([NAME, "MaxPool1d"], "PoolOptions", [PAIRS, COLUMNS], CLASS);

/// Cells of a window: the choice of one is a byte, of which one value says "none".
const MOST_CELLS: usize = 254;

pub(crate) const fn facts(o: PoolOptions, input: Dims) -> Result<Facts, ShapeError> {
    match super::pool::facts(o.size, o.strides(), o.padding, input) {
        Ok(_) if o.size[0].saturating_mul(o.size[1]) > MOST_CELLS => {
            Err(ShapeError::TooManyCells { window: o.size })
        }
        facts => facts,
    }
}

pub(crate) const fn options(o: PoolOptions) -> OptionValues {
    OptionValues::new(super::pool::options(o.size, o.strides(), o.padding))
}
