//! A map as a vector.

pub(crate) use super::no_options as options;
use crate::{Class, Dims, Facts, ShapeError, Written};

pub(crate) const NAME: &str = "Flatten";
pub(crate) const TAG: u32 = 4;
pub(crate) const CLASS: Class = Class::Flatten;
pub(crate) const WRITTEN: [Written; 1] =
    [Written { gives_vector: true, ..Written::plain(NAME, CLASS) }];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    let facts = Facts::plain(input, Dims::Vector(input.len()));
    Ok(Facts { needs: facts.needs.in_place(0), ..facts })
}
