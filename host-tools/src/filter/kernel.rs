//! Kernels with fixed weights.

use tinyconv::math;

use super::FilterError;

/// The largest kernel has this many rows and columns.
///
/// ```
/// use host_tools::filter::{Kernel, SIZE_LIMIT};
///
/// assert!(Kernel::mean(SIZE_LIMIT).is_ok());
/// assert!(Kernel::mean(SIZE_LIMIT + 2).is_err());
/// ```
pub const SIZE_LIMIT: usize = 255;

/// A kernel with an odd number of rows and of columns.
///
/// ```
/// use host_tools::filter::Kernel;
///
/// let sobel = Kernel::sobel_horizontal();
/// assert_eq!(sobel.weights(), [-1.0, 0.0, 1.0, -2.0, 0.0, 2.0, -1.0, 0.0, 1.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    name: &'static str,
    rows: usize,
    columns: usize,
    weights: Vec<f32>,
    factors: Option<(Vec<f32>, Vec<f32>)>,
}

impl Kernel {
    /// The mean of the `size` x `size` pixels around each pixel.
    ///
    /// `weight[m][n] = 1 / size * 1 / size`
    ///
    /// # Errors
    /// If `size` is even or more than [`SIZE_LIMIT`].
    ///
    /// ```
    /// use host_tools::filter::Kernel;
    ///
    /// let third = 1.0f32 / 3.0;
    /// assert_eq!(Kernel::mean(3)?.weights(), [third * third; 9]);
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    pub fn mean(size: usize) -> Result<Self, FilterError> {
        check(size)?;
        let factor = vec![1.0 / size as f32; size];
        Ok(Self::product("box", factor.clone(), factor))
    }

    /// A mean that counts near pixels more than far ones.
    ///
    /// `weight[m][n] = g[m] * g[n]`, `g[m] = exp(-(m - R)^2 / (2 sigma^2)) / (sum over all m)`
    ///
    /// with `size = 2 R + 1` and `sigma = 0.3 (R - 1) + 0.8`, which is OpenCV's rule: the weights at
    /// the edge are small but not lost.
    ///
    /// # Errors
    /// If `size` is even or more than [`SIZE_LIMIT`].
    ///
    /// ```
    /// use host_tools::filter::Kernel;
    ///
    /// let gaussian = Kernel::gaussian(5)?;
    /// let sum: f32 = gaussian.weights().iter().sum();
    /// assert!((sum - 1.0).abs() < 1e-5);
    /// assert!(gaussian.weights()[12] > gaussian.weights()[11]); // the middle counts most
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    pub fn gaussian(size: usize) -> Result<Self, FilterError> {
        check(size)?;
        let radius = (size / 2) as f32;
        let sigma = 0.3 * (radius - 1.0) + 0.8;
        let bell = |m: usize| {
            let distance = m as f32 - radius;
            math::exp(-(distance * distance) / (2.0 * sigma * sigma))
        };
        let sum: f32 = (0..size).map(bell).sum();
        let factor: Vec<f32> = (0..size).map(|m| bell(m) / sum).collect();
        Ok(Self::product("gaussian", factor.clone(), factor))
    }

    /// How fast the picture gets brighter to the right: large on vertical edges.
    ///
    /// `[1, 2, 1]` down times `[-1, 0, 1]` across (I. Sobel and G. Feldman, 1968).
    ///
    /// ```
    /// use host_tools::filter::Kernel;
    ///
    /// assert_eq!(Kernel::sobel_horizontal().weights()[3..6], [-2.0, 0.0, 2.0]);
    /// ```
    #[must_use]
    pub fn sobel_horizontal() -> Self {
        Self::product("sobel-horizontal", vec![1.0, 2.0, 1.0], vec![-1.0, 0.0, 1.0])
    }

    /// How fast the picture gets brighter downwards: large on horizontal edges.
    ///
    /// `[-1, 0, 1]` down times `[1, 2, 1]` across.
    ///
    /// ```
    /// use host_tools::filter::Kernel;
    ///
    /// assert_eq!(Kernel::sobel_vertical().weights()[..3], [-1.0, -2.0, -1.0]);
    /// ```
    #[must_use]
    pub fn sobel_vertical() -> Self {
        Self::product("sobel-vertical", vec![-1.0, 0.0, 1.0], vec![1.0, 2.0, 1.0])
    }

    /// Edges in any direction: four times a pixel, less its four neighbours (the Laplacian with the
    /// sign changed, so that bright pixels come out bright). Not separable.
    ///
    /// ```
    /// use host_tools::filter::Kernel;
    ///
    /// let sum: f32 = Kernel::edge().weights().iter().sum();
    /// assert_eq!(sum, 0.0); // a surface of one grey becomes black
    /// ```
    #[must_use]
    pub fn edge() -> Self {
        #[rustfmt::skip]
        let weights = vec![
            0.0, -1.0, 0.0,
            -1.0, 4.0, -1.0,
            0.0, -1.0, 0.0,
        ];
        Self { name: "edge", rows: 3, columns: 3, weights, factors: None }
    }

    /// The product of a column and a row, whose lengths are odd.
    pub(super) fn product(name: &'static str, column: Vec<f32>, row: Vec<f32>) -> Self {
        let weights = column.iter().flat_map(|&a| row.iter().map(move |&b| a * b)).collect();
        let (rows, columns) = (column.len(), row.len());
        Self { name, rows, columns, weights, factors: Some((column, row)) }
    }

    /// What files and tables call it.
    ///
    /// ```
    /// assert_eq!(host_tools::filter::Kernel::edge().name(), "edge");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Rows, an odd number.
    ///
    /// ```
    /// assert_eq!(host_tools::filter::Kernel::mean(7).map_or(0, |kernel| kernel.rows()), 7);
    /// ```
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns, an odd number.
    ///
    /// ```
    /// assert_eq!(host_tools::filter::Kernel::edge().columns(), 3);
    /// ```
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The weights, row by row.
    ///
    /// ```
    /// assert_eq!(host_tools::filter::Kernel::edge().weights()[4], 4.0);
    /// ```
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// The column and the row whose product the kernel is, if it is one.
    ///
    /// ```
    /// use host_tools::filter::Kernel;
    ///
    /// let factors = (&[1.0, 2.0, 1.0][..], &[-1.0, 0.0, 1.0][..]);
    /// assert_eq!(Kernel::sobel_horizontal().factors(), Some(factors));
    /// assert_eq!(Kernel::edge().factors(), None);
    /// ```
    #[must_use]
    pub fn factors(&self) -> Option<(&[f32], &[f32])> {
        self.factors.as_ref().map(|(column, row)| (&column[..], &row[..]))
    }
}

fn check(size: usize) -> Result<(), FilterError> {
    if size % 2 == 1 && size <= SIZE_LIMIT { Ok(()) } else { Err(FilterError::KernelSize(size)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_have_weights_that_sum_to_one() {
        for size in [1, 3, 5, 31, SIZE_LIMIT] {
            for kernel in [Kernel::mean(size).unwrap(), Kernel::gaussian(size).unwrap()] {
                assert_eq!(kernel.weights().len(), size * size);
                let sum: f64 = kernel.weights().iter().map(|&weight| f64::from(weight)).sum();
                // Each weight has a few roundings, and the divisor of a Gaussian one per weight.
                let tolerance = 2.0 * (size + 4) as f64 * f64::from(f32::EPSILON / 2.0);
                assert!((sum - 1.0).abs() <= tolerance, "{} {size}: {sum}", kernel.name());
            }
        }
    }

    #[test]
    fn a_gaussian_of_five() {
        // sigma = 1.1; exp(-1 / 2.42) = 0.661515, exp(-4 / 2.42) = 0.191496, sum 2.706022.
        let kernel = Kernel::gaussian(5).unwrap();
        let (column, row) = kernel.factors().unwrap();
        assert_eq!(column, row);
        for (&weight, expected) in
            row.iter().zip([0.070767, 0.244460, 0.369546, 0.244460, 0.070767])
        {
            assert!((weight - expected).abs() < 2e-6, "{row:?}");
        }
    }

    #[test]
    fn sizes_without_a_middle_and_huge_ones() {
        for size in [0, 2, 4, 256, 257, usize::MAX] {
            assert!(matches!(Kernel::mean(size), Err(FilterError::KernelSize(s)) if s == size));
            assert!(matches!(Kernel::gaussian(size), Err(FilterError::KernelSize(s)) if s == size));
        }
    }
}
