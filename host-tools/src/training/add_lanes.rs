//! From lanes to sums: the gradients of a group of samples, in the order of the samples.

use tinyconv::Trainable;

use crate::lanes::Lanes;

/// Adds the gradients of sixteen samples to a block, lane after lane.
#[derive(Debug)]
pub struct AddLanes<'a> {
    /// The parameters.
    pub parameters: &'a [f32],
    /// As many sums.
    pub sums: &'a mut [f32],
}

impl Trainable<Lanes> for AddLanes<'_> {
    fn parameters(&self) -> &[f32] {
        self.parameters
    }

    #[inline(always)]
    fn add(&mut self, first: usize, gradients: &[Lanes]) {
        Lanes::add_lanes(gradients, &mut self.sums[first..first + gradients.len()]);
    }

    fn split_at(self, count: usize) -> (Self, Self) {
        let (parameters, parameters_rest) = self.parameters.split_at(count);
        let (sums, sums_rest) = self.sums.split_at_mut(count);
        (Self { parameters, sums }, Self { parameters: parameters_rest, sums: sums_rest })
    }
}
