//! The sum as it is written: slow for large kernels, and what the other methods are judged by.

use super::Image;

/// Applies a kernel of `rows` x `columns` weights, both odd.
///
/// Every output adds its products over (kernel row, kernel column), ascending, and skips what is
/// outside of the picture: the order and so the bits of `tinyconv::kernels::conv2d`, which itself
/// cannot be called, as its sizes are constants and a picture's are known when it is read. The
/// loop over the output's columns is the innermost one, so that the compiler finds vectors.
pub(super) fn apply(image: &Image, weights: &[f32], rows: usize, columns: usize) -> Image {
    let (up, left) = (rows / 2, columns / 2);
    let width = image.columns();
    let mut output = vec![0.0; image.values().len()];
    for (r, sums) in output.chunks_exact_mut(width).enumerate() {
        for (m, weights) in weights.chunks_exact(columns).enumerate() {
            // Row `r + m - up`, if there is one.
            let Some(row) = (r + m).checked_sub(up).filter(|&row| row < image.rows()) else {
                continue;
            };
            let input = &image.values()[row * width..][..width];
            for (n, &weight) in weights.iter().enumerate() {
                // Columns `c` for which `c + n - left` is in the picture.
                let start = left.saturating_sub(n).min(width);
                let end = (width + left).saturating_sub(n).min(width);
                if start < end {
                    let input = &input[start + n - left..];
                    for (sum, &x) in sums[start..end].iter_mut().zip(input) {
                        *sum += x * weight;
                    }
                }
            }
        }
    }
    image.with(output)
}

#[cfg(test)]
mod tests {
    use tinyconv::kernels::conv2d;
    use tinyconv::plan::Window;
    use tinyconv::{Direct, Purpose, Random};

    use super::*;

    /// The bits of the core for a kernel of `KH` x `KW`, with `T` zeros above and `L` left of the input.
    fn check<const KH: usize, const KW: usize, const T: usize, const L: usize>() {
        const ROWS: usize = 13;
        const COLUMNS: usize = 18;
        let random = Random::new(3, Purpose::Synthesise);
        let normals = |row, count: usize| -> Vec<f32> {
            (0..count).map(|index| random.normals(row, 0, index as u32)[0]).collect()
        };
        let (input, weight) = (normals(0, ROWS * COLUMNS), normals(1, KH * KW));
        let mut expected = [f32::NAN; ROWS * COLUMNS];
        let map = [1, ROWS, COLUMNS];
        let window = Window::new(map, map, [KH, KW], [1, 1], [T, L]);
        let done = conv2d::forward(window, Direct, &input, &weight, &[0.0], &mut expected);
        done.expect("the slices are as long as the window says");
        let image = Image::new(ROWS, COLUMNS, input).unwrap();
        let output = apply(&image, &weight, KH, KW);
        for (a, b) in output.values().iter().zip(&expected) {
            assert_eq!(a.to_bits(), b.to_bits(), "{a} {b}");
        }
    }

    #[test]
    fn the_bits_of_the_core() {
        check::<1, 1, 0, 0>();
        check::<3, 3, 1, 1>();
        check::<5, 5, 2, 2>();
        check::<1, 7, 0, 3>();
        check::<15, 1, 7, 0>();
        check::<27, 3, 13, 1>();
    }
}
