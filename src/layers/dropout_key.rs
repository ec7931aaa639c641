//! The randomness of a training pass: which numbers a layer draws for which sample.

use crate::Random;

/// What random masks depend on: the seed, the step, the samples in the lanes and the place in the
/// network, and on nothing else.
///
/// ```
/// use tinyconv::layers::Dropout;
/// use tinyconv::plan::DropoutOptions;
/// use tinyconv::{Direct, DropoutKey, Operation, Purpose, Random, Tape};
///
/// let random = Random::new(1, Purpose::Dropout);
/// let masks = |step, sample| {
///     let key = Some(DropoutKey { random, step, samples: &[sample], first: 0 });
///     let mut masks = [0.0f32; 64];
///     let tape = Tape { maps: &mut masks, choices: &mut [], key };
///     Dropout(DropoutOptions { keep: 0.5 }).forward(&[], Direct, &[1.0; 64], tape, &mut [0.0; 64]);
///     masks
/// };
/// assert_eq!(masks(5, 40), masks(5, 40)); // whoever computes it, in whatever order
/// assert_ne!(masks(5, 40), masks(5, 41));
/// assert_ne!(masks(5, 40), masks(6, 40));
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
