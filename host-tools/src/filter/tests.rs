//! Three ways to one result, and results that are known.

use std::num::NonZeroU32;

use tinyconv::{Purpose, Random};

use super::fft::padded;
use super::*;

/// Half the distance from 1 to the next larger `f32`.
const UNIT: f64 = f32::EPSILON as f64 / 2.0;

fn noise(rows: usize, columns: usize) -> Image {
    let random = Random::new(1, Purpose::Synthesise);
    let value = |index| random.uniforms(rows as u32, columns as u32, index as u32)[0];
    Image::new(rows, columns, (0..rows * columns).map(value).collect()).unwrap()
}

fn all_kernels() -> Vec<Kernel> {
    let mut kernels = vec![Kernel::sobel_horizontal(), Kernel::sobel_vertical(), Kernel::edge()];
    for size in [1, 3, 5, 11] {
        kernels.extend([Kernel::mean(size).unwrap(), Kernel::gaussian(size).unwrap()]);
    }
    // Not symmetric, not square: a method that mixes up rows and columns or turns the kernel fails.
    kernels.push(Kernel::product("slope", vec![1.0, 2.0, 4.0], vec![3.0, 5.0, 7.0, 11.0, 13.0]));
    kernels
}

/// The sum of the absolute weights: no output is larger than this times the largest pixel.
fn reach(kernel: &Kernel) -> f64 {
    kernel.weights().iter().map(|&weight| f64::from(weight.abs())).sum()
}

fn norm(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt()
}

/// A sum of `k` products is wrong by at most `k u / (1 - k u)` of the sum of the absolute products
/// (N. Higham, "Accuracy and stability of numerical algorithms", section 3.1); pixels are below 1.
fn bound_of_sum(terms: usize, kernel: &Kernel) -> f64 {
    let terms = terms as f64 * UNIT;
    terms / (1.0 - terms) * reach(kernel)
}

/// Rows, columns, and the rounding of a weight that is a product of two.
fn bound_of_separable(kernel: &Kernel) -> f64 {
    bound_of_sum(kernel.rows() + kernel.columns() + 1, kernel)
}

/// A transform of `N` values is wrong, in the 2-norm, by at most `7 u log2 N` of its input's (Higham,
/// theorem 24.2, with twiddle factors rounded once; `8` for factors other than 2 and for the packing
/// of real values). Three transforms and a product with a scale make
/// `|error| <= u (24 log2 N + 4) |x|_2 |w|_2`, in every pixel, as the product of the norms bounds
/// each value of a convolution.
fn bound_of_fft(image: &Image, kernel: &Kernel) -> f64 {
    let points = padded(image.rows(), kernel.rows()) * padded(image.columns(), kernel.columns());
    UNIT * (24.0 * (points as f64).log2() + 4.0) * norm(image.values()) * norm(kernel.weights())
}

/// The sum of the module's documentation, in double precision and pixel by pixel.
fn exact(image: &Image, kernel: &Kernel) -> Vec<f64> {
    let (rows, columns) = (image.rows() as isize, image.columns() as isize);
    let (up, left) = (kernel.rows() as isize / 2, kernel.columns() as isize / 2);
    let mut output = Vec::new();
    for r in 0..rows {
        for c in 0..columns {
            let mut sum = 0.0;
            for (index, &weight) in kernel.weights().iter().enumerate() {
                let (m, n) = (index / kernel.columns(), index % kernel.columns());
                let (row, column) = (r + m as isize - up, c + n as isize - left);
                if (0..rows).contains(&row) && (0..columns).contains(&column) {
                    let x = image.values()[(row * columns + column) as usize];
                    sum += f64::from(x) * f64::from(weight);
                }
            }
            output.push(sum);
        }
    }
    output
}

fn apply(image: &Image, kernel: &Kernel, method: Method) -> Option<Image> {
    let pictures = Filter::of(kernel.clone()).apply(image, method);
    match pictures {
        Ok(mut pictures) => pictures.pop(),
        Err(FilterError::NotSeparable(_)) => None,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn the_methods_agree() {
    let sizes =
        [(1, 1), (1, 2), (2, 1), (3, 3), (4, 7), (1, 30), (30, 1), (28, 28), (31, 45), (64, 50)];
    for (rows, columns) in sizes {
        let image = noise(rows, columns);
        for kernel in all_kernels() {
            let expected = exact(&image, &kernel);
            let bounds = [
                (Method::Direct, bound_of_sum(kernel.weights().len(), &kernel)),
                (Method::Separable, bound_of_separable(&kernel)),
                (Method::Fft, bound_of_fft(&image, &kernel)),
            ];
            for (method, bound) in bounds {
                let Some(output) = apply(&image, &kernel, method) else {
                    assert_eq!((method, kernel.name()), (Method::Separable, "edge"));
                    continue;
                };
                assert_eq!((output.rows(), output.columns()), (rows, columns));
                assert_eq!(output.values().len(), expected.len());
                // A bound that hides a missing tap would be none.
                assert!(bound < 1e-3 * reach(&kernel), "{bound}");
                for (&value, expected) in output.values().iter().zip(&expected) {
                    let error = (f64::from(value) - expected).abs();
                    assert!(
                        error <= bound,
                        "{method:?} {} {} of {rows} x {columns}: {value}, exactly {expected}",
                        kernel.name(),
                        kernel.rows()
                    );
                }
            }
        }
    }
}

#[test]
fn a_single_one_gives_the_kernel_turned() {
    let mut values = vec![0.0; 9 * 9];
    values[4 * 9 + 4] = 1.0;
    let image = Image::new(9, 9, values).unwrap();
    for kernel in all_kernels().into_iter().filter(|kernel| kernel.rows() <= 5) {
        let (rows, columns) = (kernel.rows(), kernel.columns());
        for method in Filter::of(kernel.clone()).methods() {
            let output = apply(&image, &kernel, method).unwrap();
            let bound = match method {
                Method::Fft => bound_of_fft(&image, &kernel),
                // One product with 1, all others with 0.
                _ => 0.0,
            };
            for r in 0..9 {
                for c in 0..9 {
                    // Tap (m, n) sees the one from `m - R` rows above it.
                    let (m, n) = (4 + rows / 2, 4 + columns / 2);
                    let expected = if r <= m && c <= n && m - r < rows && n - c < columns {
                        kernel.weights()[(m - r) * columns + n - c]
                    } else {
                        0.0
                    };
                    let error = (output.values()[r * 9 + c] - expected).abs();
                    assert!(f64::from(error) <= bound, "{method:?} {} {r} {c}", kernel.name());
                }
            }
        }
    }
}

#[test]
fn a_mean_of_ones() {
    let image = Image::new(4, 5, vec![1.0; 20]).unwrap();
    let kernel = Kernel::mean(3).unwrap();
    // Four, six or nine of nine pixels are in the picture.
    let (edge, inner) = ([4.0, 6.0, 6.0, 6.0, 4.0], [6.0, 9.0, 9.0, 9.0, 6.0]);
    let expected = [edge, inner, inner, edge];
    for method in Method::ALL {
        let output = apply(&image, &kernel, method).unwrap();
        let bound = bound_of_fft(&image, &kernel).max(bound_of_separable(&kernel)) + UNIT;
        for (&value, expected) in output.values().iter().zip(expected.as_flattened()) {
            assert!((f64::from(value) - expected / 9.0).abs() <= bound, "{method:?} {output:?}");
        }
    }
}

#[test]
fn sobel_finds_a_step() {
    // Dark on the left, bright on the right, from column 3 on.
    let values = (0..5 * 6).map(|index| if index % 6 < 3 { 0.0 } else { 1.0 }).collect();
    let image = Image::new(5, 6, values).unwrap();
    let filter = Filter::named("sobel", None).unwrap();
    assert_eq!(filter.outputs(), ["sobel-horizontal", "sobel-vertical", "sobel-magnitude"]);
    for method in [Method::Direct, Method::Separable] {
        let [horizontal, vertical, magnitude] =
            filter.apply(&image, method).unwrap().try_into().unwrap();
        // The middle row: the step, and the end of the picture, behind which are zeros.
        assert_eq!(horizontal.values()[12..18], [0.0, 0.0, 4.0, 4.0, 0.0, -4.0]);
        assert_eq!(vertical.values()[12..18], [0.0; 6]);
        assert_eq!(magnitude.values()[12..18], [0.0, 0.0, 4.0, 4.0, 0.0, 4.0]);
        // The first row sees zeros above it.
        assert_eq!(vertical.values()[..6], [0.0, 0.0, 1.0, 3.0, 4.0, 3.0]);
        assert_eq!(horizontal.values()[..6], [0.0, 0.0, 3.0, 3.0, 0.0, -3.0]);
        let corner = (3.0_f32 * 3.0 + 1.0).sqrt();
        assert_eq!(magnitude.values()[..3], [0.0, 0.0, corner]);
    }
}

#[test]
fn measurements_name_the_methods() {
    let image = noise(16, 16);
    let repetitions = NonZeroU32::new(3).unwrap();
    let filter = Filter::named("gaussian", Some(7)).unwrap();
    let timings = measure(&image, &filter, &Method::ALL, repetitions).unwrap();
    let names: Vec<_> = timings.iter().map(|timing| timing.method).collect();
    assert_eq!(names, ["direct", "separable", "fft"]);
    assert_eq!((timings[0].difference, timings[0].speed_up), (0.0, Some(1.0)));
    for timing in &timings {
        assert!(timing.milliseconds > 0.0 && timing.difference < 1e-5, "{timing:?}");
    }
    assert!(timings[2].difference > 0.0, "the spectrum was not used");

    assert!(matches!(Filter::named("blur", None), Err(FilterError::UnknownFilter(_))));
    let edge = Filter::named("edge", None).unwrap();
    assert_eq!(edge.methods(), [Method::Direct, Method::Fft]);
    let refused = measure(&image, &edge, &Method::ALL, repetitions);
    assert!(matches!(refused, Err(FilterError::NotSeparable("edge"))));
    let alone = measure(&image, &edge, &[Method::Fft], repetitions).unwrap();
    assert_eq!(alone[0].speed_up, None);
}
