//! The randomness of a training pass: which numbers a layer key for which sample.

use crate::Random;

/// What random masks depend on: the seed, the step, the samples in the lanes and the place in the
/// network, and on nothing else.
///
/// ```
/// use tinyconv::{DropoutKey, Purpose, Random};
///
/// let random = Random::new(1, Purpose::Dropout);
/// let key = DropoutKey { random, step: 5, samples: &[40, 41], first: 0 }; // two lanes
/// assert_eq!(key.samples.len(), 2);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct DropoutKey<'a> {
    /// The source, of [`Purpose::Dropout`](crate::Purpose::Dropout).
    pub random: Random,
    /// The step of the training.
    pub step: u32,
    /// The sample in each lane.
    pub samples: &'a [u32],
    /// The number of the first draw of this layer.
    pub first: usize,
}

impl DropoutKey<'_> {
    /// The same after `count` more draws.
    ///
    /// ```
    /// use tinyconv::{DropoutKey, Purpose, Random};
    ///
    /// let random = Random::new(1, Purpose::Dropout);
    /// let first_layer = DropoutKey { random, step: 5, samples: &[40], first: 0 };
    /// assert_eq!(first_layer.after(100).after(20).first, 120);
    /// ```
    #[must_use]
    #[inline(always)]
    pub const fn after(self, count: usize) -> Self {
        Self { first: self.first + count, ..self }
    }
}
