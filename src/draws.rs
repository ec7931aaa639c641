//! The randomness of a training pass: which numbers a layer draws for which sample.

use crate::Random;

/// What random masks depend on: the seed, the step, the samples in the lanes and the place in the
/// network, and on nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Draws<'a> {
    /// The source, of [`Purpose::Dropout`](crate::Purpose::Dropout).
    pub random: Random,
    /// The step of the training.
    pub step: u32,
    /// The sample in each lane.
    pub samples: &'a [u32],
    /// The number of the first draw of this layer.
    pub first: usize,
}

impl Draws<'_> {
    /// The same after `count` more draws.
    #[must_use]
    #[inline(always)]
    pub const fn after(self, count: usize) -> Self {
        Self { first: self.first + count, ..self }
    }
}
