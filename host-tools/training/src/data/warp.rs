//! Affine maps of images, fast: every training image goes through one in every epoch.
//!
//! SIMD lanes do the arithmetic, and one load per pixel fetches all four pixels that bilinear
//! interpolation mixes. The operations are the same ones in the same order on every machine, and
//! none is fused, so the bits are the same, too.

use tinyconv::math;
use wide::{f32x16, i32x16, u32x16};

/// So many pixels are computed at a time.
const LANES: usize = 16;

const LANE_NUMBERS: [f32; LANES] =
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0];

/// Working memory of [`Augmentation::apply`](super::Augmentation::apply); one per thread serves
/// images of any size.
///
/// ```
/// use tinyconv_training::data::{AugmentScratch, Augmentation};
/// use tinyconv::{Purpose, Random};
///
/// // One for images of any size.
/// let (mut scratch, random) = (AugmentScratch::default(), Random::new(1, Purpose::Augment));
/// for size in [8, 28] {
///     let (image, mut output) = (vec![255; size * size], vec![0.0; size * size]);
///     let augmentation = Augmentation { shift_pixels: 1.0, ..Augmentation::NONE };
///     augmentation.apply(&mut scratch, &random, 0, 0, &image, size, size, &mut output);
///     assert_eq!(output[size * (size / 2) + size / 2], 255.0);
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct AugmentScratch {
    /// The image with a border of zeros.
    padded: Vec<u8>,
    /// For each of its pixels, from the lowest byte to the highest: itself, the one to its right,
    /// the one below and the one below to the right.
    neighbours: Vec<u32>,
}

/// Where an output pixel comes from: `start + column * per_column + row * per_row`, each `[x, y]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Affine {
    start: [f32; 2],
    per_column: [f32; 2],
    per_row: [f32; 2],
}

impl Affine {
    /// The inverse of: scale and rotate about the centre (from x to y), then shift.
    pub(super) fn about_centre(
        shift: [f32; 2],
        degrees: f32,
        factor: f32,
        rows: usize,
        columns: usize,
    ) -> Self {
        let (sin, cos) = math::sin_cos(degrees * (core::f32::consts::PI / 180.0));
        let (sin, cos) = (sin / factor, cos / factor);
        let centre = [columns as f32 * 0.5 - 0.5, rows as f32 * 0.5 - 0.5];
        let origin = [centre[0] + shift[0], centre[1] + shift[1]];
        Self {
            start: [
                centre[0] - cos * origin[0] - sin * origin[1],
                centre[1] + sin * origin[0] - cos * origin[1],
            ],
            per_column: [cos, -sin],
            per_row: [sin, cos],
        }
    }
}

impl AugmentScratch {
    /// Fills both tables.
    ///
    /// The border is one pixel wide. The right neighbour of a row's last pixel is the next row's
    /// first, which is border as well; so one loop runs over all rows, and `padded` ends with as
    /// many more zeros as the last pixel's neighbours need.
    fn load(&mut self, image: &[u8], rows: usize, columns: usize) {
        let width = columns + 2;
        let count = (rows + 2) * width;
        self.padded.clear();
        self.padded.resize(count + width + 1, 0);
        let inside = self.padded[width + 1..].chunks_mut(width);
        for (padded, row) in inside.zip(image.chunks_exact(columns)) {
            padded[..columns].copy_from_slice(row);
        }
        self.neighbours.resize(count, 0);
        let above = self.padded.iter().zip(&self.padded[1..]);
        let below = self.padded[width..].iter().zip(&self.padded[width + 1..]);
        for (neighbours, ((&a, &b), (&c, &d))) in self.neighbours.iter_mut().zip(above.zip(below)) {
            *neighbours = u32::from_le_bytes([a, b, c, d]);
        }
    }
}

/// Maps `image`, which is not empty, to `output`; what comes from outside of it is 0.
pub(super) fn warp(
    affine: &Affine,
    scratch: &mut AugmentScratch,
    image: &[u8],
    rows: usize,
    columns: usize,
    output: &mut [f32],
) {
    scratch.load(image, rows, columns);
    let table = scratch.neighbours.as_slice();
    // It never is; but now the compiler knows that there is a last entry.
    if table.is_empty() {
        return;
    }
    let width = i32x16::splat((columns + 2) as i32);
    let last = [columns, rows].map(|size| f32x16::splat((size + 1) as f32));
    let per_column = affine.per_column.map(f32x16::splat);
    for (row, output) in output.chunks_exact_mut(columns).enumerate() {
        // One more, because the border comes first.
        let start = [0, 1].map(|axis| {
            f32x16::splat(affine.start[axis] + row as f32 * affine.per_row[axis] + 1.0)
        });
        for begin in (0..columns).step_by(LANES) {
            // The last block overlaps the one before it, so that it is a whole one, too.
            let begin = begin.min(columns.saturating_sub(LANES));
            let column = f32x16::splat(begin as f32) + f32x16::from(LANE_NUMBERS);
            let [(x, right), (y, down)] = [0, 1].map(|axis| {
                let coordinate = start[axis] + column * per_column[axis];
                let coordinate = coordinate.fast_max(f32x16::ZERO).fast_min(last[axis]);
                let floor = coordinate.fast_trunc_int();
                (floor, coordinate - floor.round_float())
            });
            // The minimum changes nothing, but it is cheaper than a bounds check and its branch.
            let neighbours = i32x16::from(
                (y * width + x)
                    .to_array()
                    .map(|index| table[(index as u32 as usize).min(table.len() - 1)] as i32),
            );
            let [a, b, c, d] = [0, 8, 16, 24].map(|bits| {
                (neighbours.unbounded_shr(u32x16::splat(bits)) & i32x16::splat(0xff)).round_float()
            });
            let above = a + right * (b - a);
            let below = c + right * (d - c);
            let values = (above + down * (below - above)).to_array();
            match output[begin..].first_chunk_mut() {
                Some(whole) => *whole = values,
                None => output.copy_from_slice(&values[..columns]),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: Affine =
        Affine { start: [0.0, 0.0], per_column: [1.0, 0.0], per_row: [0.0, 1.0] };

    /// Pixels that are all different (up to 251 of them) and never 0.
    fn image(rows: usize, columns: usize) -> Vec<u8> {
        (0..rows * columns).map(|i| (i % 251 + 1) as u8).collect()
    }

    fn warped(affine: &Affine, image: &[u8], rows: usize, columns: usize) -> Vec<f32> {
        let mut output = vec![f32::NAN; image.len()];
        let mut scratch = AugmentScratch::default();
        warp(affine, &mut scratch, image, rows, columns, &mut output);
        output
    }

    /// Sizes below, at and above the number of lanes, square and not.
    const SIZES: [(usize, usize); 7] =
        [(1, 1), (3, 5), (28, 28), (16, 16), (9, 17), (2, 40), (33, 1)];

    #[test]
    fn the_identity_keeps_every_pixel() {
        for (rows, columns) in SIZES {
            let image = image(rows, columns);
            let expected: Vec<f32> = image.iter().map(|&pixel| f32::from(pixel)).collect();
            assert_eq!(warped(&IDENTITY, &image, rows, columns), expected);
        }
    }

    #[test]
    fn an_integer_shift_moves_pixels_exactly() {
        for (rows, columns) in SIZES {
            let image = image(rows, columns);
            for (right, down) in [(2i32, 1i32), (-3, 0), (0, -1), (-1, 2), (50, 0), (0, -50)] {
                let affine = Affine { start: [-right as f32, -down as f32], ..IDENTITY };
                let output = warped(&affine, &image, rows, columns);
                for (i, &value) in output.iter().enumerate() {
                    let row = (i / columns) as i32 - down;
                    let column = (i % columns) as i32 - right;
                    let inside =
                        (0..rows as i32).contains(&row) && (0..columns as i32).contains(&column);
                    let expected = if inside {
                        f32::from(image[row as usize * columns + column as usize])
                    } else {
                        0.0
                    };
                    assert_eq!(value, expected, "{rows}x{columns}, pixel {i}");
                }
            }
        }
    }

    #[test]
    fn half_a_pixel_mixes_neighbours_and_the_outside() {
        let affine = Affine { start: [0.5, 0.5], ..IDENTITY };
        assert_eq!(warped(&affine, &[10, 20, 30, 40], 2, 2), [25.0, 15.0, 17.5, 10.0]);
    }

    #[test]
    fn a_quarter_turn_goes_from_x_to_y_and_keeps_the_centre() {
        let affine = Affine::about_centre([0.0, 0.0], 90.0, 1.0, 3, 3);
        let output = warped(&affine, &[1, 2, 3, 4, 5, 6, 7, 8, 9], 3, 3);
        let expected = [7.0, 4.0, 1.0, 8.0, 5.0, 2.0, 9.0, 6.0, 3.0];
        // The sine of the approximate mathematics is off by a thousandth.
        let tolerance = if cfg!(feature = "micromath") { 0.05 } else { 1e-4 };
        for (value, expected) in output.iter().zip(expected) {
            assert!((value - expected).abs() < tolerance, "{output:?}");
        }
    }

    #[test]
    fn any_rotation_and_scale_keeps_the_centre() {
        for degrees in [-170.0, -30.0, 7.0, 45.0] {
            for factor in [0.5, 0.9, 1.3] {
                let mut image = [0; 35];
                image[17] = 200;
                let affine = Affine::about_centre([0.0, 0.0], degrees, factor, 5, 7);
                let centre = warped(&affine, &image, 5, 7)[17];
                assert!((centre - 200.0).abs() < 0.01, "{centre}");
            }
        }
    }

    #[test]
    fn a_larger_factor_makes_the_image_larger() {
        let mut image = [0; 49];
        image[24] = 100;
        let sum = |factor| {
            let affine = Affine::about_centre([0.0, 0.0], 0.0, factor, 7, 7);
            warped(&affine, &image, 7, 7).iter().sum::<f32>()
        };
        assert!(sum(0.8) <= 100.1 && sum(1.9) > 200.0);
    }

    #[test]
    fn coordinates_that_are_no_numbers_are_outside() {
        for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
            let affine = Affine { start: [wrong, 0.0], ..IDENTITY };
            assert_eq!(warped(&affine, &image(4, 20), 4, 20), [0.0; 80]);
        }
    }

    #[test]
    fn scratch_serves_one_size_after_another() {
        let mut scratch = AugmentScratch::default();
        for (rows, columns) in SIZES.into_iter().chain(SIZES) {
            let image = image(rows, columns);
            let mut output = vec![f32::NAN; image.len()];
            let affine = Affine::about_centre([0.3, -0.7], 8.0, 1.1, rows, columns);
            warp(&affine, &mut scratch, &image, rows, columns, &mut output);
            assert_eq!(output, warped(&affine, &image, rows, columns));
        }
    }
}
