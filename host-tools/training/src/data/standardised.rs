//! Images with every pixel scaled by itself.

use super::{AugmentScratch, Images, Samples};

/// Mean and standard deviation of each pixel over a set of images.
///
/// ```
/// use tinyconv_training::data::{Inputs, PixelScale};
///
/// // Two images of one pixel: the scale does not depend on their order.
/// let scale = |pixels| PixelScale::of(Inputs::bytes([1, 1, 1], pixels).images().unwrap());
/// assert_eq!(scale(vec![10, 30]), scale(vec![30, 10]));
/// assert_ne!(scale(vec![10, 30]), scale(vec![10, 40]));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PixelScale {
    means: Vec<f32>,
    deviations: Vec<f32>,
}

impl PixelScale {
    /// That of `images`.
    ///
    /// ```
    /// use tinyconv_training::data::{AugmentScratch, Inputs, PixelScale, Samples, Split, Standardised};
    ///
    /// let inputs = Inputs::bytes([1, 1, 1], vec![10, 30]);
    /// let scale = PixelScale::of(inputs.images().unwrap()); // mean 20, deviation 10
    /// let split = Split::new(inputs, vec![0, 0]);
    /// let mut input = [0.0];
    /// let samples = Standardised { images: split.images().unwrap(), labels: &split.labels, scale: &scale };
    /// samples.write(0, None, &mut AugmentScratch::default(), &mut input);
    /// assert_eq!(input, [-1.0]);
    /// ```
    #[must_use]
    pub fn of(images: Images<'_>) -> Self {
        let pixels = images.channels * images.rows * images.columns;
        // In integers nothing is rounded: a pixel that never changes has a variance of just zero.
        let (mut sums, mut squares) = (vec![0u64; pixels], vec![0u64; pixels]);
        for image in images.pixels.chunks_exact(pixels.max(1)) {
            for (i, &pixel) in image.iter().enumerate() {
                sums[i] += u64::from(pixel);
                squares[i] += u64::from(pixel) * u64::from(pixel);
            }
        }
        let count = images.pixels.len().checked_div(pixels).unwrap_or(0) as u128;
        let deviation = |(&sum, &squares): (&u64, &u64)| {
            let scaled = count * u128::from(squares) - u128::from(sum) * u128::from(sum);
            (libm::sqrt(scaled as f64) / count as f64) as f32
        };
        Self {
            means: sums.iter().map(|&sum| (sum as f64 / count as f64) as f32).collect(),
            deviations: sums.iter().zip(&squares).map(deviation).collect(),
        }
    }
}

/// `(pixel - mean) / deviation`, mean and deviation those of the pixel; 0 where the deviation is 0.
///
/// ```
/// use tinyconv_training::data::{AugmentScratch, Inputs, PixelScale, Samples, Split, Standardised};
///
/// // The first pixel is always 7, the second one is 10 or 30.
/// let inputs = Inputs::bytes([1, 1, 2], vec![7, 10, 7, 30]);
/// let scale = PixelScale::of(inputs.images().unwrap());
/// let split = Split::new(inputs, vec![0, 1]);
/// let mut input = [9.0; 2];
/// let samples = Standardised { images: split.images().unwrap(), labels: &split.labels, scale: &scale };
/// samples.write(1, None, &mut AugmentScratch::default(), &mut input);
/// assert_eq!(input, [0.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Standardised<'a> {
    /// The images.
    pub images: Images<'a>,
    /// Their labels.
    pub labels: &'a [u16],
    /// The scale: that of the training images, for all images.
    pub scale: &'a PixelScale,
}

impl Samples for Standardised<'_> {
    fn len(&self) -> usize {
        self.labels.len()
    }

    fn input_len(&self) -> usize {
        self.scale.means.len()
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
        let image = self.images.image(index as usize);
        assert_eq!(input.len(), image.len(), "the input has another size");
        let scale = self.scale.means.iter().zip(&self.scale.deviations);
        for ((x, &pixel), (mean, &deviation)) in input.iter_mut().zip(image).zip(scale) {
            let centred = f32::from(pixel) - mean;
            *x = if deviation > 0.0 { centred / deviation } else { 0.0 };
        }
    }
}
