//! Samples with their answers.

use std::borrow::Cow;

use super::{Images, Inputs};

/// Samples and what is to be said of each: a class, or numbers.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
///
/// let split = Split::new(Inputs::bytes([1, 1, 2], vec![1, 2, 3, 4]), vec![0, 1]);
/// assert_eq!((split.images().unwrap().image(1), split.labels[1]), (&[3, 4][..], 1));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The inputs.
    pub inputs: Inputs,
    /// The class of each sample; zeros where there are targets.
    pub labels: Vec<u16>,
    /// The numbers that outputs should be, the same count for each sample; none where labels are all.
    pub targets: Vec<f32>,
}

impl Split {
    /// Samples with their classes.
    ///
    /// # Panics
    /// If there are more of the ones than of the others.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    ///
    /// assert!(Split::new(Inputs::bytes([1, 1, 1], vec![9]), vec![4]).targets.is_empty());
    /// ```
    #[must_use]
    pub fn new(inputs: Inputs, labels: Vec<u16>) -> Self {
        assert_eq!(inputs.len(), labels.len(), "a label for each sample");
        Self { inputs, labels, targets: Vec::new() }
    }

    /// Samples with the numbers that a network's outputs should be, as many for each sample.
    ///
    /// # Panics
    /// If `targets` are no whole number for each sample.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    ///
    /// // A temperature to be told from two voltages.
    /// let split = Split::with_targets(Inputs::floats([1, 1, 2], vec![0.5, 1.5]), vec![21.5]);
    /// assert_eq!((split.target_len(), split.labels[0]), (1, 0));
    /// ```
    #[must_use]
    pub fn with_targets(inputs: Inputs, targets: Vec<f32>) -> Self {
        let samples = inputs.len();
        assert!(targets.len().is_multiple_of(samples.max(1)), "as many targets for each sample");
        Self { inputs, labels: vec![0; samples], targets }
    }

    /// The targets of each sample.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    ///
    /// let inputs = Inputs::floats([1, 1, 1], vec![0.5, 1.5]);
    /// assert_eq!(Split::with_targets(inputs, vec![1.0, 2.0, 3.0, 4.0]).target_len(), 2);
    /// ```
    #[must_use]
    pub fn target_len(&self) -> usize {
        self.targets.len().checked_div(self.labels.len()).unwrap_or(0)
    }

    /// The images, if that is what the inputs are.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    ///
    /// let split = Split::new(Inputs::floats([1, 1, 1], vec![0.5]), vec![0]);
    /// assert_eq!(split.images(), None);
    /// ```
    #[must_use]
    pub fn images(&self) -> Option<Images<'_>> {
        self.inputs.images()
    }

    /// The samples `indices`, which may repeat.
    ///
    /// # Panics
    ///
    /// If an index is not below the number of samples.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    ///
    /// let split = Split::new(Inputs::bytes([1, 1, 2], vec![1, 2, 3, 4]), vec![0, 1]);
    /// let turned = split.select([1, 0]);
    /// assert_eq!((turned.images().unwrap().pixels, &turned.labels[..]), (&[3, 4, 1, 2][..], &[1, 0][..]));
    /// ```
    #[must_use]
    pub fn select(&self, indices: impl IntoIterator<Item = usize>) -> Self {
        let (indices, length) = (indices.into_iter().collect::<Vec<_>>(), self.target_len());
        let targets = indices.iter().flat_map(|index| &self.targets[index * length..][..length]);
        Self {
            inputs: self.inputs.select(&indices),
            labels: indices.iter().map(|&index| self.labels[index]).collect(),
            targets: targets.copied().collect(),
        }
    }

    /// Adds samples.
    ///
    /// # Panics
    /// If they are of another kind or shape, or have another number of targets each.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    ///
    /// let [mut split, more] = [1, 2].map(|x| Split::new(Inputs::bytes([1, 1, 1], vec![x]), vec![x.into()]));
    /// split.append(more);
    /// assert_eq!((split.images().unwrap().pixels, &split.labels[..]), (&[1, 2][..], &[1, 2][..]));
    /// ```
    pub fn append(&mut self, more: Self) {
        assert_eq!(self.target_len(), more.target_len(), "as many targets for each sample");
        self.inputs.append(more.inputs);
        self.labels.extend(more.labels);
        self.targets.extend(more.targets);
    }

    /// The same with `border` rows and columns of zeros on every side of each input.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split};
    ///
    /// let split = Split::new(Inputs::bytes([1, 1, 2], vec![1, 2]), vec![0]);
    /// let padded = split.padded(1);
    /// assert_eq!(padded.inputs.shape(), [1, 3, 4]);
    /// assert_eq!(padded.images().unwrap().image(0), [0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0]);
    /// ```
    #[must_use]
    pub fn padded(&self, border: usize) -> Self {
        Self { inputs: self.inputs.padded(border), ..self.clone() }
    }

    /// As [`padded`](Self::padded), without a copy where there is no border.
    ///
    /// ```
    /// use std::borrow::Cow;
    ///
    /// use tinyconv_training::data::{Inputs, Split};
    ///
    /// let split = Split::new(Inputs::bytes([1, 1, 1], vec![9]), vec![0]);
    /// assert!(matches!(split.bordered(0), Cow::Borrowed(_)));
    /// ```
    #[must_use]
    pub fn bordered(&self, border: usize) -> Cow<'_, Self> {
        match border {
            0 => Cow::Borrowed(self),
            border => Cow::Owned(self.padded(border)),
        }
    }
}
