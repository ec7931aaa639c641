//! A weight and a bias for each channel.

pub(crate) use super::no_options as options;
use crate::{Class, Dims, Facts, Role, ShapeError, Start, Tensor, Tensors, Written};

pub(crate) const NAME: &str = "Scale";
pub(crate) const TAG: u32 = 18;
/// A normalisation of a device's, too: training does not begin with it.
pub(crate) const CLASS: Class = Class::Plain;
pub(crate) const WRITTEN: [Written; 1] = [Written::plain(NAME, CLASS)];

pub(crate) const fn facts((): (), input: Dims) -> Result<Facts, ShapeError> {
    let channels = input.channels();
    let weight = Tensor::each(Role::Weight, channels, Start::One);
    let facts = Facts::with_tensors(input, input, Tensors::weight_and_bias(weight, channels));
    Ok(Facts { multiply_adds: input.len(), needs: facts.needs.in_place(0), ..facts })
}
