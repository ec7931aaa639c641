//! Images in bytes as samples: varied in training, then normalised.

use tinyconv::model_file::Normalisation;
use tinyconv::{Purpose, Random};

use super::{AugmentScratch, Augmentation, Samples, Split};

/// The images of a split; the same normalisation for every pixel.
///
/// ```
/// use tinyconv_training::data::{AugmentScratch, ImageSamples, Images, Samples, Split};
/// use tinyconv::model_file::Normalisation;
///
/// let images = Images { channels: 1, rows: 1, columns: 2, pixels: vec![0, 255] };
/// let split = Split { images, labels: vec![7] };
/// let normalisation = Normalisation { mean: 51.0, deviation: 102.0 };
/// let samples = ImageSamples::plain(&split, normalisation);
/// assert_eq!((samples.len(), samples.input_len(), samples.label(0)), (1, 2, 7));
///
/// let mut input = [0.0; 2];
/// samples.write(0, None, &mut AugmentScratch::default(), &mut input);
/// assert_eq!(input, [-0.5, 2.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ImageSamples<'a> {
    /// The images and their labels.
    pub split: &'a Split,
    /// How inputs are made from bytes.
    pub normalisation: Normalisation,
    /// How images are varied in training.
    pub augmentation: Augmentation,
    /// The seed of the variations.
    pub seed: u64,
}

impl<'a> ImageSamples<'a> {
    /// The images as they are.
    ///
    /// ```
    /// use tinyconv_training::data::{ImageSamples, Images, Split};
    /// use tinyconv::model_file::Normalisation;
    ///
    /// let images = Images { channels: 1, rows: 1, columns: 1, pixels: vec![9] };
    /// let split = Split { images, labels: vec![0] };
    /// let samples = ImageSamples::plain(&split, Normalisation { mean: 0.0, deviation: 255.0 });
    /// assert!(samples.augmentation.is_none());
    /// ```
    #[must_use]
    pub const fn plain(split: &'a Split, normalisation: Normalisation) -> Self {
        Self { split, normalisation, augmentation: Augmentation::NONE, seed: 0 }
    }
}

impl Samples for ImageSamples<'_> {
    fn len(&self) -> usize {
        self.split.labels.len()
    }

    fn input_len(&self) -> usize {
        self.split.images.size()
    }

    fn label(&self, index: u32) -> u16 {
        self.split.labels[index as usize]
    }

    fn write(
        &self,
        index: u32,
        epoch: Option<u32>,
        scratch: &mut AugmentScratch,
        input: &mut [f32],
    ) {
        let images = &self.split.images;
        let image = images.image(index as usize);
        assert_eq!(input.len(), image.len(), "the input has another size");
        match epoch {
            Some(epoch) if !self.augmentation.is_none() => self.augmentation.apply(
                scratch,
                &Random::new(self.seed, Purpose::Augment),
                epoch,
                index,
                image,
                images.rows,
                images.columns,
                input,
            ),
            _ => {
                for (x, &pixel) in input.iter_mut().zip(image) {
                    *x = pixel.into();
                }
            }
        }
        let Normalisation { mean, deviation } = self.normalisation;
        for x in input {
            *x = (*x - mean) / deviation;
        }
    }
}
