//! What a network reads of a split: images varied in training, all numbers normalised.

use tinyconv::model_file::Normalisations;
use tinyconv::{Purpose, Random};

use super::{AugmentScratch, Augmentation, Samples, Split, Values};

/// The samples of a split, normalised: every number alike, or every channel in its own way.
///
/// ```
/// use tinyconv_training::data::{AugmentScratch, Inputs, Samples, Split, SplitSamples};
/// use tinyconv::model_file::Normalisation;
///
/// let inputs = Inputs::bytes([1, 1, 2], vec![0, 255]);
/// let split = Split::new(inputs, vec![7]);
/// let normalisation = Normalisation { mean: 51.0, deviation: 102.0 };
/// let samples = SplitSamples::plain(&split, normalisation);
/// assert_eq!((samples.len(), samples.input_len(), samples.label(0)), (1, 2, 7));
///
/// let mut input = [0.0; 2];
/// samples.write(0, None, &mut AugmentScratch::default(), &mut input);
/// assert_eq!(input, [-0.5, 2.0]);
///
/// // Two channels, each in its own way.
/// use tinyconv::model_file::Normalisations;
///
/// let split = Split::new(Inputs::bytes([2, 1, 1], vec![0, 255]), vec![7]);
/// let other = Normalisation { mean: 255.0, deviation: 1.0 };
/// let samples = SplitSamples::plain(&split, Normalisations::new(&[normalisation, other])?);
/// samples.write(0, None, &mut AugmentScratch::default(), &mut input);
/// assert_eq!(input, [-0.5, 0.0]);
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SplitSamples<'a> {
    /// The inputs and their answers.
    pub split: &'a Split,
    /// How numbers are normalised; for each channel of its own where there are several.
    pub normalisation: Normalisations,
    /// How images are varied in training.
    pub augmentation: Augmentation,
    /// The seed of the variations.
    pub seed: u64,
}

impl<'a> SplitSamples<'a> {
    /// The samples as they are.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Split, SplitSamples};
    /// use tinyconv::model_file::Normalisation;
    ///
    /// let inputs = Inputs::bytes([1, 1, 1], vec![9]);
    /// let split = Split::new(inputs, vec![0]);
    /// let samples = SplitSamples::plain(&split, Normalisation { mean: 0.0, deviation: 255.0 });
    /// assert!(samples.augmentation.is_none());
    /// ```
    #[must_use]
    pub fn plain(split: &'a Split, normalisation: impl Into<Normalisations>) -> Self {
        let normalisation = normalisation.into();
        Self { split, normalisation, augmentation: Augmentation::NONE, seed: 0 }
    }
}

impl Samples for SplitSamples<'_> {
    fn len(&self) -> usize {
        self.split.labels.len()
    }

    fn input_len(&self) -> usize {
        self.split.inputs.size()
    }

    fn label(&self, index: u32) -> u16 {
        self.split.labels[index as usize]
    }

    fn target_len(&self) -> usize {
        self.split.target_len()
    }

    fn write_target(&self, index: u32, target: &mut [f32]) {
        let length = self.split.target_len();
        target.copy_from_slice(&self.split.targets[index as usize * length..][..length]);
    }

    fn write(
        &self,
        index: u32,
        epoch: Option<u32>,
        scratch: &mut AugmentScratch,
        input: &mut [f32],
    ) {
        let [_, rows, columns] = self.split.inputs.shape();
        let size = self.split.inputs.size();
        let range = index as usize * size..(index as usize + 1) * size;
        assert_eq!(input.len(), size, "the input has another size");
        match (self.split.inputs.values(), epoch) {
            (Values::Bytes(pixels), Some(epoch)) if !self.augmentation.is_none() => {
                self.augmentation.apply(
                    scratch,
                    &Random::new(self.seed, Purpose::Augment),
                    epoch,
                    index,
                    &pixels[range],
                    rows,
                    columns,
                    input,
                );
            }
            (Values::Bytes(pixels), _) => {
                for (x, &pixel) in input.iter_mut().zip(&pixels[range]) {
                    *x = pixel.into();
                }
            }
            (Values::Floats(values), _) => input.copy_from_slice(&values[range]),
        }
        let planes = self.normalisation.len();
        assert!(size.is_multiple_of(planes), "the input has other channels than normalisations");
        let planes = input.chunks_exact_mut((size / planes).max(1));
        for (plane, normalisation) in planes.zip(self.normalisation.iter()) {
            for x in plane {
                *x = normalisation.of(*x);
            }
        }
    }
}
