//! Small random shifts, rotations and scalings, and noise, so that a network sees no training image
//! twice.
//!
//! What happens to an image depends on the seed, the step and the sample only, and is computed in
//! plain multiplications and additions (noise in functions of `tinyconv::math` besides): a training
//! run gives the same bits on every machine.

use serde::Serialize;
use tinyconv::Random;

use super::{
    DataError,
    warp::{Affine, AugmentScratch, warp},
};

/// How far images may be shifted, rotated and scaled, each drawn evenly between the limits; and how
/// much noise they get.
///
/// ```
/// use tinyconv_training::data::Augmentation;
///
/// /// Digits that may be written anywhere, but upright.
/// const SHIFTED: Augmentation = Augmentation { shift_pixels: 3.0, ..Augmentation::NONE };
/// assert!(SHIFTED.validate().is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Augmentation {
    /// The largest shift along each axis, in pixels.
    pub shift_pixels: f32,
    /// The largest rotation in either direction.
    pub rotation_degrees: f32,
    /// The largest change of size: the factor is between `1 - scale` and `1 + scale`.
    pub scale: f32,
    /// The standard deviation of the normal noise that each pixel gets, as a share of the range of
    /// pixels.
    pub noise: f32,
}

/// From the least to the largest pixel.
const RANGE: f32 = 255.0;

impl Augmentation {
    /// Images stay as they are.
    pub const NONE: Self =
        Self { shift_pixels: 0.0, rotation_degrees: 0.0, scale: 0.0, noise: 0.0 };

    /// Suits handwritten digits of 28 x 28 pixels: about as much as people's writing varies.
    pub const DIGITS: Self =
        Self { shift_pixels: 1.5, rotation_degrees: 10.0, scale: 0.10, noise: 0.0 };

    /// Whether images stay as they are.
    ///
    /// ```
    /// use tinyconv_training::data::Augmentation;
    ///
    /// assert!(Augmentation::NONE.is_none());
    /// assert!(!Augmentation::DIGITS.is_none());
    /// ```
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// Checks the limits.
    ///
    /// # Errors
    ///
    /// If a limit is negative or not a finite number, or if the scale is 1 or more, which would
    /// shrink images to nothing, or the noise, which would drown them.
    ///
    /// ```
    /// use tinyconv_training::data::Augmentation;
    ///
    /// let error = Augmentation { scale: 1.5, ..Augmentation::NONE }.validate().unwrap_err();
    /// assert!(error.to_string().contains("scale is 1.5"));
    /// ```
    pub fn validate(&self) -> Result<(), DataError> {
        let limits = [
            ("shift in pixels", self.shift_pixels, f32::INFINITY),
            ("rotation in degrees", self.rotation_degrees, f32::INFINITY),
            ("scale", self.scale, 1.0),
            ("noise", self.noise, 1.0),
        ];
        for (name, value, end) in limits {
            if !(0.0..end).contains(&value) {
                return Err(DataError::AugmentationLimit {
                    name,
                    value,
                    allowed: if end == 1.0 {
                        "a number from 0 up to, but not including, 1"
                    } else {
                        "a finite number that is 0 or more"
                    },
                });
            }
        }
        Ok(())
    }

    /// Writes a variant of `image`, the one for `step` and `sample`, to `output`; its channels, if it
    /// has several, move together.
    ///
    /// What comes from outside of the image is 0. Pixels keep their range, 0 to 255, but for the noise,
    /// which is not cut off at its ends: its mean stays 0.
    ///
    /// # Panics
    ///
    /// If `image` is not whole channels of `rows * columns` elements, or `output` has not as many.
    ///
    /// ```
    /// use tinyconv_training::data::{AugmentScratch, Augmentation};
    /// use tinyconv::{Purpose, Random};
    ///
    /// let augmentation = Augmentation { rotation_degrees: 20.0, ..Augmentation::NONE };
    /// let random = Random::new(1, Purpose::Augment);
    /// let mut image = [0; 81];
    /// image[9 * 4..9 * 5].fill(255); // a horizontal line through the middle of nine rows
    ///
    /// let variant = |step| {
    ///     let mut output = [0.0; 81];
    ///     let mut scratch = AugmentScratch::default();
    ///     augmentation.apply(&mut scratch, &random, step, 7, &image, 9, 9, &mut output);
    ///     output
    /// };
    /// assert_ne!(variant(0), variant(1));
    /// assert_eq!(variant(1), variant(1)); // it depends on step and sample, and on nothing else
    /// assert_eq!(variant(0)[40].round(), 255.0); // the middle stays where it is
    /// ```
    #[expect(clippy::too_many_arguments, reason = "a key, an image and its size")]
    pub fn apply(
        &self,
        scratch: &mut AugmentScratch,
        random: &Random,
        step: u32,
        sample: u32,
        image: &[u8],
        rows: usize,
        columns: usize,
        output: &mut [f32],
    ) {
        let plane = (rows * columns).max(1);
        assert!(image.len().is_multiple_of(plane), "the image has another size");
        assert_eq!(output.len(), image.len(), "the output has another size");
        if (Self { noise: 0.0, ..*self }).is_none() {
            for (output, &pixel) in output.iter_mut().zip(image) {
                *output = f32::from(pixel);
            }
        } else if !image.is_empty() {
            let affine = self.draw(random, step, sample, rows, columns);
            for (image, output) in image.chunks_exact(plane).zip(output.chunks_exact_mut(plane)) {
                warp(&affine, scratch, image, rows, columns, output);
            }
        }
        if self.noise > 0.0 {
            let deviation = self.noise * RANGE;
            // Index 0 is that of `draw`.
            for (index, pixels) in (1..).zip(output.chunks_mut(2)) {
                let noise = random.normals(step, sample, index);
                for (pixel, noise) in pixels.iter_mut().zip(noise) {
                    *pixel += deviation * noise;
                }
            }
        }
    }

    fn draw(&self, random: &Random, step: u32, sample: u32, rows: usize, columns: usize) -> Affine {
        let [x, y, angle, factor] =
            random.uniforms(step, sample, 0).map(|uniform| 2.0 * uniform - 1.0);
        Affine::about_centre(
            [x * self.shift_pixels, y * self.shift_pixels],
            angle * self.rotation_degrees,
            1.0 + factor * self.scale,
            rows,
            columns,
        )
    }
}

#[cfg(test)]
mod tests {
    use tinyconv::Purpose;

    use super::*;

    fn apply(augmentation: Augmentation, seed: u64, step: u32, sample: u32) -> Vec<f32> {
        let (rows, columns) = (11, 21);
        let image: Vec<u8> = (0..rows * columns).map(|i| (i * 37 % 256) as u8).collect();
        let mut output = vec![f32::NAN; image.len()];
        augmentation.apply(
            &mut AugmentScratch::default(),
            &Random::new(seed, Purpose::Augment),
            step,
            sample,
            &image,
            rows,
            columns,
            &mut output,
        );
        output
    }

    #[test]
    fn none_keeps_the_pixels() {
        let expected: Vec<f32> = (0..11 * 21).map(|i| (i * 37 % 256) as f32).collect();
        assert!(Augmentation::NONE.is_none() && !Augmentation::DIGITS.is_none());
        assert_eq!(apply(Augmentation::NONE, 1, 2, 3), expected);
    }

    #[test]
    fn the_key_alone_decides() {
        let bits = |seed, step, sample| {
            apply(Augmentation::DIGITS, seed, step, sample)
                .into_iter()
                .map(f32::to_bits)
                .collect::<Vec<_>>()
        };
        assert_eq!(bits(1, 2, 3), bits(1, 2, 3));
        assert_ne!(bits(1, 2, 3), bits(9, 2, 3));
        assert_ne!(bits(1, 2, 3), bits(1, 9, 3));
        assert_ne!(bits(1, 2, 3), bits(1, 2, 9));
    }

    #[test]
    fn pixels_keep_their_range() {
        let wild =
            Augmentation { shift_pixels: 5.0, rotation_degrees: 180.0, scale: 0.99, noise: 0.0 };
        for augmentation in [Augmentation::DIGITS, wild] {
            for sample in 0..500 {
                let output = apply(augmentation, 1, 0, sample);
                assert!(output.iter().all(|value| (0.0..=255.0).contains(value)));
            }
        }
    }

    /// What noise adds is the same with and without a warp: it disturbs no other draw.
    #[test]
    fn noise_is_normal_and_added_to_what_there_is_without_it() {
        for quiet in [Augmentation::NONE, Augmentation::DIGITS] {
            let noisy = Augmentation { noise: 0.1, ..quiet };
            let (mut sum, mut squares, mut cubes, mut count) = (0.0, 0.0, 0.0, 0.0);
            for sample in 0..200 {
                let (with, without) = (apply(noisy, 1, 2, sample), apply(quiet, 1, 2, sample));
                let alone = apply(Augmentation { noise: 0.1, ..Augmentation::NONE }, 1, 2, sample);
                let pixels = apply(Augmentation::NONE, 1, 2, sample);
                for (i, (with, without)) in with.iter().zip(&without).enumerate() {
                    let noise = with - without;
                    assert!((noise - (alone[i] - pixels[i])).abs() < 1e-3, "{noise}");
                    let noise = f64::from(noise) / 25.5;
                    sum += noise;
                    squares += noise * noise;
                    cubes += noise * noise * noise;
                    count += 1.0;
                }
            }
            // Five standard errors: 5 / sqrt(n), 5 * sqrt(2 / n), 5 * sqrt(15 / n), n = 46 200.
            assert!((sum / count).abs() < 0.0233, "{}", sum / count);
            assert!((squares / count - 1.0).abs() < 0.0329, "{}", squares / count);
            assert!((cubes / count).abs() < 0.0901, "{}", cubes / count);
        }
        let noisy = Augmentation { noise: 0.1, ..Augmentation::NONE };
        assert!(!noisy.is_none());
        assert_ne!(apply(noisy, 1, 2, 3), apply(noisy, 1, 2, 4));
    }

    #[test]
    fn draws_stay_within_the_limits_and_reach_them() {
        let shifts_only = Augmentation { shift_pixels: 1.5, ..Augmentation::NONE };
        let random = Random::new(1, Purpose::Augment);
        let mut largest = 0.0f32;
        let mut image = [0u8; 49];
        image[24] = 100;
        let mut output = [0.0; 49];
        for sample in 0..1000 {
            shifts_only.apply(
                &mut AugmentScratch::default(),
                &random,
                0,
                sample,
                &image,
                7,
                7,
                &mut output,
            );
            let total: f32 = output.iter().sum();
            let moment = |at: fn(usize) -> usize| {
                let sum: f32 = output.iter().enumerate().map(|(i, v)| at(i) as f32 * v).sum();
                (sum / total - 3.0).abs()
            };
            let shift = moment(|i| i % 7).max(moment(|i| i / 7));
            assert!(shift < 1.51, "{shift}");
            largest = largest.max(shift);
        }
        assert!(largest > 1.45, "{largest}");
    }

    #[test]
    fn senseless_limits_are_refused() {
        let accepted = |shift_pixels, rotation_degrees, scale| {
            let noise = 0.0;
            Augmentation { shift_pixels, rotation_degrees, scale, noise }.validate().is_ok()
        };
        let accepts_noise = |noise| Augmentation { noise, ..Augmentation::NONE }.validate().is_ok();
        assert!(accepts_noise(0.0) && accepts_noise(0.99));
        for wrong in [-0.1, 1.0, f32::NAN, f32::INFINITY] {
            assert!(!accepts_noise(wrong), "{wrong}");
        }
        assert!(accepted(0.0, 0.0, 0.0) && accepted(1.5, 10.0, 0.1) && accepted(3.0, 180.0, 0.99));
        for wrong in [-0.1, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(!accepted(wrong, 0.0, 0.0), "{wrong}");
            assert!(!accepted(0.0, wrong, 0.0), "{wrong}");
            assert!(!accepted(0.0, 0.0, wrong), "{wrong}");
        }
        assert!(!accepted(0.0, 0.0, 1.0) && !accepted(0.0, 0.0, 2.0));
    }

    #[test]
    fn an_empty_image_stays_empty() {
        let random = Random::new(1, Purpose::Augment);
        let mut scratch = AugmentScratch::default();
        Augmentation::DIGITS.apply(&mut scratch, &random, 0, 0, &[], 0, 28, &mut []);
    }
}
