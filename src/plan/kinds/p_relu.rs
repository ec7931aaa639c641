//! `y = x` where `x > 0`, else `slope * x`, with a slope for each channel that is learnt.

pub(crate) use super::no_options as options;
use crate::{Class, Dims, Facts, Role, ShapeError, Start, Tensor, Tensors, Written};

pub(crate) const NAME: &str = "PRelu";
pub(crate) const TAG: u32 = 24;
/// A normalisation is not folded into it, and training does not begin with it.
pub(crate) const CLASS: Class = Class::Plain;
pub(crate) const WRITTEN: [Written; 1] = [Written::plain(NAME, CLASS)];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    let slope = Tensor::each(Role::Weight, input.channels(), Start::Quarter);
    let facts = Facts::with_tensors(input, input, Tensors::one(slope));
    Ok(Facts { multiply_adds: input.len(), needs: facts.needs.in_place(0), ..facts })
}
