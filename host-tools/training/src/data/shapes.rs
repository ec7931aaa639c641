//! Four shapes of three by three pixels, with noise: a data set small enough to look at.

use tinyconv::{Purpose, Random};

use super::FloatSamples;

/// Pixels of an image.
const PIXELS: usize = 9;

/// Each pixel is off by up to so much.
const NOISE: f32 = 0.25;

/// The classes: a vertical line, a horizontal line, a cross, a diamond.
const SHAPES: [[u8; PIXELS]; 4] = [
    [0, 1, 0, 0, 1, 0, 0, 1, 0],
    [0, 0, 0, 1, 1, 1, 0, 0, 0],
    // Upright, so that only its centre tells it from the diamond.
    [0, 1, 0, 1, 1, 1, 0, 1, 0],
    [0, 1, 0, 1, 0, 1, 0, 1, 0],
];

/// So many images, the classes in turn; the noise is uniform in +-0.25.
///
/// ```
/// use tinyconv_training::data::{AugmentScratch, Samples, shapes};
///
/// let samples = shapes(500, 1);
/// assert_eq!((samples.len(), samples.input_len()), (500, 9));
/// let mut cross = [0.0; 9];
/// samples.write(2, None, &mut AugmentScratch::default(), &mut cross);
/// let rounded = cross.map(|pixel: f32| pixel.round() as i32);
/// assert_eq!(rounded, [0, 1, 0, 1, 1, 1, 0, 1, 0]);
/// assert!(cross.iter().any(|pixel| pixel.fract().abs() > 0.01));
/// ```
#[must_use]
pub fn shapes(count: u32, seed: u64) -> FloatSamples {
    let random = Random::new(seed, Purpose::Synthesise);
    let label = |sample: u32| (sample % SHAPES.len() as u32) as u16;
    let pixel = |sample: u32, index: usize| {
        let noise = 2.0 * random.uniforms(0, sample, index as u32)[0] - 1.0;
        f32::from(SHAPES[usize::from(label(sample))][index]) + NOISE * noise
    };
    let values = (0..count).flat_map(|sample| (0..PIXELS).map(move |index| pixel(sample, index)));
    FloatSamples::new(PIXELS, values.collect(), (0..count).map(label).collect())
}
