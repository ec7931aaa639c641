//! Where samples come from, for a training loop that does not care.

use super::AugmentScratch;

/// Labelled samples, each a block of numbers as a network takes it.
///
/// Those of a data set are one kind ([`SplitSamples`](super::SplitSamples)); others are scaled pixel by
/// pixel, or made when they are asked for.
///
/// Samples that are made when they are asked for: the sine of a number.
///
/// ```
/// use tinyconv_training::data::{AugmentScratch, Samples};
///
/// struct Sine;
///
/// impl Samples for Sine {
///     fn len(&self) -> usize {
///         100
///     }
///     fn input_len(&self) -> usize {
///         1
///     }
///     fn label(&self, _index: u32) -> u16 {
///         0
///     }
///     fn target_len(&self) -> usize {
///         1
///     }
///     fn write_target(&self, index: u32, target: &mut [f32]) {
///         target[0] = (index as f32 / 16.0).sin();
///     }
///     fn write(&self, index: u32, _: Option<u32>, _: &mut AugmentScratch, input: &mut [f32]) {
///         input[0] = index as f32 / 16.0;
///     }
/// }
///
/// let (mut input, mut target) = ([0.0], [0.0]);
/// Sine.write(8, None, &mut AugmentScratch::default(), &mut input);
/// Sine.write_target(8, &mut target);
/// assert_eq!((input, target), ([0.5], [0.5f32.sin()]));
/// ```
pub trait Samples: Sync {
    /// How many there are.
    ///
    /// ```
    /// use tinyconv_training::data::{FloatSamples, Samples};
    ///
    /// let samples = FloatSamples::new(2, vec![0.5, 1.5, -1.0, 4.0], vec![0, 1]);
    /// assert_eq!(samples.len(), 2);
    /// ```
    fn len(&self) -> usize;

    /// Whether there is none.
    ///
    /// ```
    /// use tinyconv_training::data::{FloatSamples, Samples};
    ///
    /// assert!(FloatSamples::new(2, Vec::new(), Vec::new()).is_empty());
    /// ```
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Numbers in each sample.
    ///
    /// ```
    /// use tinyconv_training::data::{FloatSamples, Samples};
    ///
    /// let samples = FloatSamples::new(2, vec![0.5, 1.5, -1.0, 4.0], vec![0, 1]);
    /// assert_eq!(samples.input_len(), 2);
    /// ```
    fn input_len(&self) -> usize;

    /// The class of sample `index`.
    ///
    /// # Panics
    /// If there is no such sample.
    ///
    /// ```
    /// use tinyconv_training::data::{FloatSamples, Samples};
    ///
    /// let samples = FloatSamples::new(2, vec![0.5, 1.5, -1.0, 4.0], vec![0, 1]);
    /// assert_eq!([samples.label(0), samples.label(1)], [0, 1]);
    /// ```
    fn label(&self, index: u32) -> u16;

    /// Numbers in a sample's target: none, as provided, where its class is the target.
    ///
    /// ```
    /// use tinyconv_training::data::{FloatSamples, Samples};
    ///
    /// let samples = FloatSamples::new(2, vec![0.5, 1.5, -1.0, 4.0], vec![0, 1]);
    /// assert_eq!(samples.target_len(), 0); // their classes are the target
    /// ```
    fn target_len(&self) -> usize {
        0
    }

    /// Writes the target of sample `index`: numbers to be learnt in place of a class.
    ///
    /// # Panics
    /// If there is no such sample, or if `target` has not [`target_len`](Self::target_len) elements.
    ///
    /// ```
    /// use tinyconv_training::data::{FloatSamples, Samples};
    ///
    /// let samples = FloatSamples::new(2, vec![0.5, 1.5, -1.0, 4.0], vec![0, 1]);
    ///
    /// let mut target = [9.0];
    /// samples.write_target(0, &mut target);
    /// assert_eq!(target, [9.0]); // as provided: nothing
    /// ```
    fn write_target(&self, _index: u32, _target: &mut [f32]) {}

    /// Writes sample `index` to `input`, channel by channel, row by row.
    ///
    /// In training, `epoch` counts from 1 and a sample may differ from epoch to epoch; in
    /// evaluation it is `None`, and the sample is what it is. Nothing else may change a sample: not
    /// the thread, not what was asked for before.
    ///
    /// # Panics
    /// If there is no such sample, or if `input` has not [`input_len`](Self::input_len) elements.
    ///
    /// ```
    /// use tinyconv_training::data::{AugmentScratch, FloatSamples, Samples};
    ///
    /// let samples = FloatSamples::new(2, vec![0.5, 1.5, -1.0, 4.0], vec![0, 1]);
    ///
    /// let mut input = [0.0; 2];
    /// samples.write(1, None, &mut AugmentScratch::default(), &mut input);
    /// assert_eq!(input, [-1.0, 4.0]);
    /// ```
    fn write(
        &self,
        index: u32,
        epoch: Option<u32>,
        scratch: &mut AugmentScratch,
        input: &mut [f32],
    );
}
