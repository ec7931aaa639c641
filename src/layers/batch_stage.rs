//! A pass over a batch whose samples depend on each other, cut where they have to wait.
//!
//! Batch normalisation needs sums over the whole batch before it can go on. Samples are computed one
//! by one or in groups of lanes, on several threads: so a pass is cut into stages. Each group runs
//! a stage by itself and leaves numbers to be shared; then these are replaced by their sums over all
//! groups, and the next stage begins.

use crate::Element;

/// One stage of a pass, for one group of samples.
///
/// The two stages of a batch normalisation's forward pass that come before its output, for a batch of two
/// single samples:
///
/// ```
/// use tinyconv::layers::{BatchNorm, Staged};
/// use tinyconv::plan::{BatchNormOptions, Dims};
/// use tinyconv::{BatchStage, Direct, Tape};
///
/// let norm = BatchNorm((Dims::Vector(1), BatchNormOptions::NEW));
/// let batch = [[1.0f32], [5.0]];
/// let mut sums = [0.0; 2];
/// for index in 0..norm.stages()[0] - 1 {
///     let mut left = [0.0; 2]; // the sums over the groups
///     for sample in &batch {
///         let mut shared = sums;
///         let stage = BatchStage { index, samples: 2, live: 1.0, shared: &mut shared };
///         let tape = Tape { maps: &mut [0.0; 2], choices: &mut [], key: None };
///         let params = [1.0, 0.0, 0.0, 1.0];
///         norm.forward_stage(Some(stage), &params, Direct, sample, tape, &mut [0.0]);
///         BatchStage::add(&shared, 1.0, &mut left);
///     }
///     sums = left;
/// }
/// assert_eq!(sums[0], (1.0f32 - 3.0).powi(2) + (5.0f32 - 3.0).powi(2)); // the mean was 3
/// ```
#[derive(Debug)]
pub struct BatchStage<'a, E: Element> {
    /// Which one. A forward pass begins with 0; a backward pass ends with it.
    pub index: usize,
    /// Samples of the whole batch.
    pub samples: usize,
    /// One in each lane that holds a sample of the batch, zero in the others.
    pub live: E,
    /// [`Needs::shared`](crate::plan::Needs::shared) elements or more. On entry, in every lane the sums
    /// over the batch of what the stage before left here.
    pub shared: &'a mut [E],
}

impl<E: Element> BatchStage<'_, E> {
    /// Stage `index`; or no stage at all, where a pass is not cut.
    #[inline(always)]
    pub(crate) fn is(stage: &Option<Self>, index: usize) -> bool {
        match stage {
            Some(stage) => stage.index == index,
            None => true,
        }
    }

    /// Which of two parts run in this stage, the first of which has so many: its last one is also the first one of
    /// the other. Where a pass is not cut, both do.
    #[inline(always)]
    pub(crate) const fn runs(stage: &Option<Self>, first: usize) -> [bool; 2] {
        match stage {
            Some(stage) => [stage.index < first, stage.index + 1 >= first],
            None => [true; 2],
        }
    }

    /// The same for a part whose own stages begin `earlier` stages later.
    ///
    /// ```
    /// use tinyconv::BatchStage;
    ///
    /// let mut whole = BatchStage { index: 3, samples: 32, live: 1.0f32, shared: &mut [] };
    /// assert_eq!(whole.of_part(2).index, 1);
    /// ```
    #[inline(always)]
    pub const fn of_part(&mut self, earlier: usize) -> BatchStage<'_, E> {
        let Self { index, samples, live, .. } = *self;
        BatchStage { index: index - earlier, samples, live, shared: &mut *self.shared }
    }

    /// Adds what a group left to the sums over the groups before it: the sum of its live lanes,
    /// first lane first.
    ///
    /// ```
    /// use tinyconv::BatchStage;
    ///
    /// let mut sums = [0.0; 2];
    /// BatchStage::add(&[1.0f32, 2.0], 1.0, &mut sums);
    /// BatchStage::add(&[4.0, 8.0], 1.0, &mut sums);
    /// BatchStage::add(&[3.0, 3.0], 0.0, &mut sums); // not a sample of the batch
    /// assert_eq!(sums, [5.0, 10.0]);
    /// ```
    pub fn add(shared: &[E], live: E, sums: &mut [E]) {
        for (sum, &left) in sums.iter_mut().zip(shared) {
            *sum = *sum + (left * live).sum_of_lanes();
        }
    }
}
