//! Filtering as a product of spectra, whose cost hardly depends on the kernel's size.

use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft as ComplexFft, FftPlanner};

use super::{Image, Kernel};

/// The transforms for pictures of one size and kernels of one size.
pub(super) struct Fft {
    rows: usize,
    columns: usize,
    along_rows: Arc<dyn RealToComplex<f32>>,
    along_columns: Arc<dyn ComplexFft<f32>>,
    back_along_columns: Arc<dyn ComplexFft<f32>>,
    back_along_rows: Arc<dyn ComplexToReal<f32>>,
}

impl Fft {
    /// Plans the transforms.
    ///
    /// A transform is of a picture that repeats for ever; with as many rows of zeros below it as
    /// the kernel reaches over the edge, no tap meets the next copy. So with columns.
    pub(super) fn new(image: &Image, kernel: &Kernel) -> Self {
        let rows = padded(image.rows(), kernel.rows());
        let columns = padded(image.columns(), kernel.columns());
        let mut real = RealFftPlanner::new();
        let mut complex = FftPlanner::new();
        Self {
            rows,
            columns,
            along_rows: real.plan_fft_forward(columns),
            along_columns: complex.plan_fft_forward(rows),
            back_along_columns: complex.plan_fft_inverse(rows),
            back_along_rows: real.plan_fft_inverse(columns),
        }
    }

    /// Applies a kernel of the planned size to a picture of the planned size.
    pub(super) fn apply(&self, image: &Image, kernel: &Kernel) -> Image {
        let mut spectrum = self.spectrum(image.rows(), &|row, line| {
            let width = image.columns();
            line[..width].copy_from_slice(&image.values()[row * width..][..width]);
        });
        // The product of spectra is a convolution; tap `m` of a cross-correlation is `m - R` rows
        // ahead, so it goes `m - R` rows back here, where row -1 is the last one. A kernel larger
        // than the picture goes round and meets zeros, or another tap.
        let back = |tap: usize, taps: usize, size: usize| (size + taps / 2 - tap % size) % size;
        let mut taps = vec![0.0; self.rows * self.columns];
        for (m, weights) in kernel.weights().chunks_exact(kernel.columns()).enumerate() {
            let row = back(m, kernel.rows(), self.rows);
            for (n, &weight) in weights.iter().enumerate() {
                let column = back(n, kernel.columns(), self.columns);
                taps[row * self.columns + column] += weight;
            }
        }
        let kernel_spectrum = self.spectrum(self.rows, &|row, line| {
            line.copy_from_slice(&taps[row * self.columns..][..self.columns]);
        });
        let scale = 1.0 / (self.rows * self.columns) as f32;
        for (x, w) in spectrum.iter_mut().zip(&kernel_spectrum) {
            *x = *x * *w * scale;
        }
        self.back_along_columns.process(&mut spectrum);
        self.picture(&spectrum, image)
    }

    /// The spectrum, column by column, of a picture whose rows `fill` writes into zeros; from row
    /// `filled` on, they stay zeros.
    fn spectrum(&self, filled: usize, fill: &dyn Fn(usize, &mut [f32])) -> Vec<Complex32> {
        let width = self.columns / 2 + 1;
        let mut line = self.along_rows.make_input_vec();
        let mut scratch = self.along_rows.make_scratch_vec();
        let mut rows = vec![Complex32::ZERO; width * self.rows];
        for (row, bins) in rows.chunks_exact_mut(width).enumerate().take(filled) {
            // The transform uses its input as scratch.
            line.fill(0.0);
            fill(row, &mut line);
            // Most rows of a kernel are zeros, and so are their spectra.
            if line.iter().any(|&x| x != 0.0) {
                self.along_rows
                    .process_with_scratch(&mut line, bins, &mut scratch)
                    .expect("the buffers have the planned lengths");
            }
        }
        let mut columns = vec![Complex32::ZERO; rows.len()];
        transpose::transpose(&rows, &mut columns, width, self.rows);
        self.along_columns.process(&mut columns);
        columns
    }

    /// The picture, of the size of `like`, whose rows have the spectra in `columns`, column by column.
    fn picture(&self, columns: &[Complex32], like: &Image) -> Image {
        let width = self.columns / 2 + 1;
        let mut rows = vec![Complex32::ZERO; columns.len()];
        transpose::transpose(columns, &mut rows, self.rows, width);
        let mut line = self.back_along_rows.make_output_vec();
        let mut scratch = self.back_along_rows.make_scratch_vec();
        let mut values = Vec::with_capacity(like.values().len());
        for bins in rows.chunks_exact_mut(width).take(like.rows()) {
            // Real values have a real mean, and a real highest frequency if they are even in number;
            // rounding leaves something there, which the transform would complain about.
            bins[0].im = 0.0;
            if self.columns.is_multiple_of(2) {
                bins[width - 1].im = 0.0;
            }
            self.back_along_rows
                .process_with_scratch(bins, &mut line, &mut scratch)
                .expect("the buffers have the planned lengths");
            values.extend_from_slice(&line[..like.columns()]);
        }
        like.with(values)
    }
}

/// The length of a transform: room for the zeros, and no prime factor above 5, for which transforms
/// are fast and exact.
pub(super) fn padded(pixels: usize, taps: usize) -> usize {
    let is_smooth = |&length: &usize| {
        let mut rest = length;
        for factor in [2, 3, 5] {
            while rest % factor == 0 {
                rest /= factor;
            }
        }
        rest == 1
    };
    (pixels + taps / 2..).find(is_smooth).expect("there is always a larger power of two")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_leave_room_and_have_small_factors() {
        assert_eq!(padded(1, 1), 1);
        assert_eq!(padded(1, 3), 2);
        assert_eq!(padded(28, 5), 30);
        assert_eq!(padded(28, 7), 32);
        assert_eq!(padded(4096, 5), 4320);
    }
}
