//! Zeros around the input of a convolution.

/// Zeros around the input of a convolution.
///
/// ```
/// use tinyconv_plan::{Conv2dOptions, Dims, LayerKind, PaddingOption};
///
/// let padded = |padding| {
///     let options = Conv2dOptions { out: 1, kernel: [3, 3], padding, ..Conv2dOptions::NEW };
///     LayerKind::Conv2d(options).facts(Dims::Map([1, 8, 8])).unwrap().output
/// };
/// assert_eq!(padded(PaddingOption::Zeros([0, 0])), Dims::Map([1, 6, 6]));
/// assert_eq!(padded(PaddingOption::Same), Dims::Map([1, 8, 8]));
/// assert_eq!(padded(PaddingOption::Full), Dims::Map([1, 10, 10]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum PaddingOption {
    /// So many rows above and below, so many columns left and right.
    Zeros([usize; 2]),
    /// As many as give an output of `input / stride`, rounded up; where their number is odd, the
    /// one more is below or to the right.
    Same,
    /// One less than the kernel reaches on every side: every position where kernel and input meet.
    Full,
    /// Rows above and below, columns left and right.
    Sides([[usize; 2]; 2]),
    /// One less than the kernel reaches above and left, none below and right: an output sees nothing that
    /// comes after it.
    Causal,
}

impl PaddingOption {
    /// None.
    pub const NONE: Self = Self::Zeros([0, 0]);

    /// Zeros before the first and after the last row (axis 0) or column (axis 1), for a kernel that reaches over
    /// `reach` of them.
    pub(crate) const fn zeros(
        self,
        axis: usize,
        input: usize,
        reach: usize,
        stride: usize,
    ) -> [usize; 2] {
        match self {
            Self::Zeros(zeros) => [zeros[axis], zeros[axis]],
            Self::Full => [reach.saturating_sub(1), reach.saturating_sub(1)],
            Self::Sides(sides) => sides[axis],
            Self::Causal => [reach.saturating_sub(1), 0],
            Self::Same => {
                let last = input.div_ceil(stride).saturating_sub(1).saturating_mul(stride);
                let zeros = last.saturating_add(reach).saturating_sub(input);
                [zeros / 2, zeros - zeros / 2]
            }
        }
    }
}
