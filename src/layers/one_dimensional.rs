//! Layers for signals: maps of a single row, channels x 1 x length.

use super::{AvgPool2d, Conv2d, MaxPool2d};
use crate::{Kernel, Padding, Stride};

/// `output[o][w] = bias[o] + sum over i, n of input[i][w * S + n - L] * weight[o][i][n]`
///
/// # Shapes
/// `In` and `Out` are [`Chw`](crate::Chw) of one row; all else as in [`Conv2d`] with a kernel of one
/// row.
///
/// Source: A. Waibel et al., "Phoneme recognition using time-delay neural networks", IEEE Trans. ASSP 37
/// (1989).
///
/// The example is that of a lecture: the numbers 1 to 5, a filter of ones, as many zeros at both ends
/// as keep the length, and an output's gradient of ones.
///
/// ```
/// use tinyconv::layers::Conv1d;
/// use tinyconv::{Accumulate, Chw, Direct, Layer, Record};
///
/// type Conv = Conv1d<Chw<1, 1, 5>, Chw<1, 1, 5>, 3, 1, 1>;
/// let (params, input) = ([1.0, 1.0, 1.0, 0.0], [[[1.0, 2.0, 3.0, 4.0, 5.0]]]);
/// let mut output = [[[0.0f32; 5]]];
/// Conv::infer(&params, Direct, &input, &mut [], &mut output);
/// assert_eq!(output, [[[3.0, 6.0, 9.0, 12.0, 9.0]]]);
///
/// let (mut gradients, mut d_input) = ([0.0; 4], [[[0.0; 5]]]);
/// Conv::backward(
///     Accumulate { parameters: &params, gradients: &mut gradients },
///     Record { source: Direct, input: &input, maps: &[], choices: &[], output: &output },
///     &mut [[[1.0; 5]]],
///     &mut [],
///     Some(&mut d_input),
/// );
/// assert_eq!(d_input, [[[2.0, 3.0, 3.0, 3.0, 2.0]]]);
/// assert_eq!(gradients, [10.0, 15.0, 14.0, 5.0]); // three weights, the bias
/// ```
pub type Conv1d<In, Out, const K: usize, const S: usize = 1, const L: usize = 0> =
    Conv2d<In, Out, Kernel<1, K>, Stride<1, S>, Padding<0, L>>;

/// `output[c][w] = max over n of input[c][w * S + n]`
///
/// # Shapes
/// As in [`MaxPool2d`] with a window of one row.
///
/// ```
/// use tinyconv::layers::MaxPool1d;
/// use tinyconv::{Chw, Direct, Layer};
///
/// let mut output = [[[0.0f32; 2]]];
/// type Pool = MaxPool1d<Chw<1, 1, 4>, Chw<1, 1, 2>, 2>;
/// Pool::infer(&[], Direct, &[[[1.0, 3.0, 5.0, 4.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[3.0, 5.0]]]);
/// ```
pub type MaxPool1d<In, Out, const K: usize, const S: usize = K> =
    MaxPool2d<In, Out, Kernel<1, K>, Stride<1, S>>;

/// `output[c][w] = mean over n of input[c][w * S + n]`
///
/// # Shapes
/// As in [`AvgPool2d`] with a window of one row.
///
/// ```
/// use tinyconv::layers::AvgPool1d;
/// use tinyconv::{Chw, Direct, Layer};
///
/// let mut output = [[[0.0f32; 3]]];
/// type Pool = AvgPool1d<Chw<1, 1, 4>, Chw<1, 1, 3>, 2, 1>;
/// Pool::infer(&[], Direct, &[[[1.0, 3.0, 5.0, 4.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[2.0, 4.0, 4.5]]]);
/// ```
pub type AvgPool1d<In, Out, const K: usize, const S: usize = K> =
    AvgPool2d<In, Out, Kernel<1, K>, Stride<1, S>>;
