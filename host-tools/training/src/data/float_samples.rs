//! Samples that are numbers from the beginning.

use super::{AugmentScratch, Samples};

/// Samples in one block, one after the other; never varied.
///
/// ```
/// use tinyconv_training::data::{AugmentScratch, FloatSamples, Samples};
///
/// let samples = FloatSamples::new(2, vec![0.5, 1.5, -1.0, 4.0], vec![0, 1]);
/// let mut input = [0.0; 2];
/// samples.write(1, None, &mut AugmentScratch::default(), &mut input);
/// assert_eq!((input, samples.label(1)), ([-1.0, 4.0], 1));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FloatSamples {
    input_len: usize,
    values: Vec<f32>,
    labels: Vec<u16>,
}

impl FloatSamples {
    /// Samples of `input_len` numbers each.
    ///
    /// # Panics
    /// If there are not `input_len` values for each label.
    ///
    /// ```
    /// use tinyconv_training::data::{FloatSamples, Samples};
    ///
    /// // Two samples of three numbers.
    /// let samples = FloatSamples::new(3, vec![0.0, 0.5, 1.0, 1.0, 0.5, 0.0], vec![0, 1]);
    /// assert_eq!((samples.len(), samples.input_len(), samples.label(1)), (2, 3, 1));
    /// ```
    #[must_use]
    pub fn new(input_len: usize, values: Vec<f32>, labels: Vec<u16>) -> Self {
        assert_eq!(values.len(), input_len * labels.len(), "so many values for each label");
        Self { input_len, values, labels }
    }

    /// The first `count` samples, and the others.
    ///
    /// # Panics
    /// If there are fewer.
    ///
    /// ```
    /// use tinyconv_training::data::{Samples, shapes};
    ///
    /// let (train, test) = shapes(500, 1).split(400);
    /// assert_eq!((train.len(), test.len()), (400, 100));
    /// ```
    #[must_use]
    pub fn split(mut self, count: usize) -> (Self, Self) {
        let values = self.values.split_off(count * self.input_len);
        let labels = self.labels.split_off(count);
        let rest = Self { input_len: self.input_len, values, labels };
        (self, rest)
    }
}

impl Samples for FloatSamples {
    fn len(&self) -> usize {
        self.labels.len()
    }

    fn input_len(&self) -> usize {
        self.input_len
    }

    fn label(&self, index: u32) -> u16 {
        self.labels[index as usize]
    }

    fn write(
        &self,
        index: u32,
        _epoch: Option<u32>,
        _scratch: &mut AugmentScratch,
        input: &mut [f32],
    ) {
        input.copy_from_slice(&self.values[index as usize * self.input_len..][..self.input_len]);
    }
}
