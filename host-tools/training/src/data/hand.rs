//! Digits as somebody else would write them: what a device meets after it was trained and sold.

use super::AugmentScratch;
use super::warp::{Affine, warp};

/// Another hand: it slants, its pen is finer, and its paper is not as clean. In images of ink, which
/// is bright on black, as MNIST's.
///
/// ```
/// use tinyconv_training::data::{AugmentScratch, Hand};
///
/// // A line of two pixels' width, and a finer pen on grey paper.
/// let image = [0, 255, 255, 0, 0, 255, 255, 0];
/// let mut written = [0; 8];
/// let hand = Hand { degrees: 0.0, finer: true, paper: 20 };
/// hand.write(&mut AugmentScratch::default(), &image, 2, 4, &mut written);
/// assert_eq!(written, [20, 255, 20, 20, 20, 20, 20, 20]); // the last row has nothing below it
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hand {
    /// How far digits are turned, clockwise.
    pub degrees: f32,
    /// Whether strokes lose a pixel of their width: each pixel becomes the darkest of the two by two
    /// that begin with it.
    pub finer: bool,
    /// What is black becomes this grey, up to white, which stays white.
    pub paper: u8,
}

impl Hand {
    /// Writes `image` in this hand to `output`. The same bytes on every machine.
    ///
    /// # Panics
    /// If `image` or `output` has not `rows * columns` pixels.
    ///
    /// ```
    /// use tinyconv_training::data::{AugmentScratch, Hand};
    ///
    /// let (image, mut written) = ([0, 255, 0, 0], [0; 4]);
    /// let hand = Hand { degrees: 90.0, finer: false, paper: 0 };
    /// hand.write(&mut AugmentScratch::default(), &image, 2, 2, &mut written);
    /// assert_eq!(written, [0, 0, 0, 255]); // a quarter turn, clockwise
    /// ```
    pub fn write(
        &self,
        scratch: &mut AugmentScratch,
        image: &[u8],
        rows: usize,
        columns: usize,
        output: &mut [u8],
    ) {
        assert_eq!(image.len(), rows * columns, "the image has another size");
        assert_eq!(output.len(), image.len(), "the output has another size");
        if image.is_empty() {
            return;
        }
        let affine = Affine::about_centre([0.0, 0.0], self.degrees, 1.0, rows, columns);
        let mut turned = vec![0.0; image.len()];
        warp(&affine, scratch, image, rows, columns, &mut turned);
        // Between 0 and 255, as a mixture of bytes is: the conversion rounds, and cuts nothing off.
        let turned: Vec<u8> = turned.iter().map(|&value| (value + 0.5) as u8).collect();
        // Outside of the image there is no ink.
        let pixel = |row: usize, column: usize| {
            if row < rows && column < columns { turned[row * columns + column] } else { 0 }
        };
        for (index, output) in output.iter_mut().enumerate() {
            let (row, column) = (index / columns, index % columns);
            let mut ink = pixel(row, column);
            if self.finer {
                ink = ink.min(pixel(row, column + 1));
                ink = ink.min(pixel(row + 1, column)).min(pixel(row + 1, column + 1));
            }
            let brighter = (u32::from(ink) * u32::from(255 - self.paper) + 127) / 255;
            *output = self.paper + brighter as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(hand: Hand, image: &[u8], rows: usize, columns: usize) -> Vec<u8> {
        let mut output = vec![255; image.len()];
        hand.write(&mut AugmentScratch::default(), image, rows, columns, &mut output);
        output
    }

    #[test]
    fn no_turn_and_the_same_pen_keep_the_pixels() {
        let image: Vec<u8> = (0..=255).collect();
        assert_eq!(written(Hand { degrees: 0.0, finer: false, paper: 0 }, &image, 16, 16), image);
    }

    #[test]
    fn a_finer_pen_takes_a_pixel_off_each_stroke() {
        #[rustfmt::skip]
        let image = [
            0, 9, 9, 9, 0,
            0, 9, 8, 9, 0,
            0, 9, 9, 9, 0,
            7, 7, 7, 7, 7,
        ];
        #[rustfmt::skip]
        let expected = [
            0, 8, 8, 0, 0,
            0, 8, 8, 0, 0,
            0, 7, 7, 0, 0,
            0, 0, 0, 0, 0,
        ];
        assert_eq!(written(Hand { degrees: 0.0, finer: true, paper: 0 }, &image, 4, 5), expected);
    }

    #[test]
    fn paper_is_grey_and_ink_stays_white() {
        let hand = Hand { degrees: 0.0, finer: false, paper: 55 };
        assert_eq!(written(hand, &[0, 51, 102, 255], 2, 2), [55, 95, 135, 255]);
        let white = Hand { paper: 255, ..hand };
        assert_eq!(written(white, &[0, 51, 102, 255], 2, 2), [255; 4]);
    }

    #[test]
    fn digits_turn_clockwise() {
        let image = [0, 200, 0, 0, 200, 0, 0, 0, 0];
        let turned = written(Hand { degrees: 90.0, finer: false, paper: 0 }, &image, 3, 3);
        // The sine of the approximate mathematics is off by a thousandth.
        let tolerance = if cfg!(feature = "micromath") { 2 } else { 0 };
        for (pixel, expected) in turned.iter().zip([0u8, 0, 0, 0, 200, 200, 0, 0, 0]) {
            assert!(pixel.abs_diff(expected) <= tolerance, "{turned:?}");
        }
    }
}
