//! The normalisation of a channel, by given statistics or by those of a batch.
//!
//! Of a batch, each sample adds up its own positions; the sums over the samples are taken between
//! two [stages](crate::BatchStage).

use super::pool::for_each_cell;
use super::{Geometry, Window};
use crate::{Activation, Element, Source};

/// The statistics of a channel.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::batch_norm::{self, Normal};
///
/// let mut output = [0.0f32; 2];
/// let normal = Normal { mean: 3.0, inverse: 0.5 };
/// batch_norm::forward(Direct, &[5.0, 3.0], normal, 1.0, 0.0, &mut output);
/// assert_eq!(output, [1.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Normal<E> {
    /// The mean.
    pub mean: E,
    /// `1 / sqrt(variance + epsilon)`
    pub inverse: E,
}

impl<E: Element> Normal<E> {
    /// The statistics with the variance as the mean square deviation.
    ///
    /// ```
    /// use tinyconv::kernels::batch_norm::Normal;
    ///
    /// let normal = Normal::new(3.0f32, 3.0, 1.0);
    /// assert!((normal.inverse - 0.5).abs() < 1e-3); // 1 / sqrt(3 + 1)
    /// ```
    #[inline(always)]
    pub fn new(mean: E, variance: E, epsilon: f32) -> Self {
        Self { mean, inverse: E::splat(1.0) / (variance + E::splat(epsilon)).sqrt() }
    }

    /// `(x - mean) / sqrt(variance + epsilon)`
    #[inline(always)]
    fn of(self, x: E) -> E {
        (x - self.mean) * self.inverse
    }
}

/// `sum of input[i]`, ascending, starting at +0.0.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::batch_norm;
///
/// assert_eq!(batch_norm::sum::<f32, _>(Direct, &[1.0, 2.0, 4.0]), 7.0);
/// ```
#[inline(always)]
pub fn sum<E: Element, S: Source<E>>(source: S, input: &[S::Raw]) -> E {
    input.iter().fold(E::ZERO, |sum, &raw| sum + source.read(raw))
}

/// `sum of (input[i] - mean)^2`, ascending, starting at +0.0.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::batch_norm;
///
/// assert_eq!(batch_norm::sum_of_squares::<f32, _>(Direct, &[1.0, 5.0], 3.0), 8.0);
/// ```
#[inline(always)]
pub fn sum_of_squares<E: Element, S: Source<E>>(source: S, input: &[S::Raw], mean: E) -> E {
    input.iter().fold(E::ZERO, |sum, &raw| {
        let deviation = source.read(raw) - mean;
        sum.multiply_add(deviation, deviation)
    })
}

/// `output[i] = bias + normal(input[i]) * weight`
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::batch_norm::{self, Normal};
///
/// let mut output = [0.0f32; 2];
/// let normal = Normal { mean: 3.0, inverse: 0.5 };
/// batch_norm::forward(Direct, &[5.0, 1.0], normal, 10.0, 1.0, &mut output);
/// assert_eq!(output, [11.0, -9.0]);
/// ```
#[inline(always)]
pub fn forward<E: Element, S: Source<E>>(
    source: S,
    input: &[S::Raw],
    normal: Normal<E>,
    weight: f32,
    bias: f32,
    output: &mut [E],
) {
    let (weight, bias) = (E::splat(weight), E::splat(bias));
    for (y, &raw) in output.iter_mut().zip(input) {
        *y = bias.multiply_add(normal.of(source.read(raw)), weight);
    }
}

/// `d_bias += sum of d_output[i]` and `d_weight += sum of d_output[i] * normal(input[i])`, term by
/// term, ascending.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::batch_norm::{self, Normal};
///
/// let (mut d_bias, mut d_weight) = (0.0f32, 0.0);
/// let normal = Normal { mean: 3.0, inverse: 0.5 };
/// let sums = (&mut d_bias, &mut d_weight);
/// batch_norm::backward_parameters(Direct, &[5.0, 1.0], normal, &[1.0, 2.0], sums);
/// assert_eq!((d_bias, d_weight), (3.0, 1.0 - 2.0));
/// ```
#[inline(always)]
pub fn backward_parameters<E: Element, S: Source<E>>(
    source: S,
    input: &[S::Raw],
    normal: Normal<E>,
    d_output: &[E],
    (d_bias, d_weight): (&mut E, &mut E),
) {
    for (&d, &raw) in d_output.iter().zip(input) {
        *d_bias = *d_bias + d;
        *d_weight = d_weight.multiply_add(d, normal.of(source.read(raw)));
    }
}

/// `d_input[i] += ((d_output[i] - mean_d) - normal(input[i]) * mean_dn) * factor`
///
/// With `factor` as `weight * inverse`; `mean_d` and `mean_dn` are the means over the batch of
/// `d_output[i]` and of `d_output[i] * normal(input[i])`, or zero for given statistics, which do not
/// depend on the input.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::kernels::batch_norm::{self, Normal};
///
/// // Given statistics: the gradient, scaled.
/// let (normal, d_output) = (Normal { mean: 3.0, inverse: 0.5 }, [1.0, 2.0]);
/// let mut d_input = [0.0f32; 2];
/// batch_norm::backward_input(Direct, &[5.0, 1.0], normal, 5.0, (0.0, 0.0), &d_output, &mut d_input);
/// assert_eq!(d_input, [5.0, 10.0]);
///
/// // Those of a batch of these two values, whose mean they move along: nothing is left.
/// let means = ((1.0 + 2.0) / 2.0, (1.0 - 2.0) / 2.0);
/// let mut d_input = [0.0f32; 2];
/// batch_norm::backward_input(Direct, &[5.0, 1.0], normal, 5.0, means, &d_output, &mut d_input);
/// assert_eq!(d_input, [0.0, 0.0]);
/// ```
#[inline(always)]
pub fn backward_input<E: Element, S: Source<E>>(
    source: S,
    input: &[S::Raw],
    normal: Normal<E>,
    factor: E,
    (mean_d, mean_dn): (E, E),
    d_output: &[E],
    d_input: &mut [E],
) {
    for ((d_x, &d), &raw) in d_input.iter_mut().zip(d_output).zip(input) {
        let rest = (d - mean_d) - normal.of(source.read(raw)) * mean_dn;
        *d_x = d_x.multiply_add(rest, factor);
    }
}

/// `output[q][c] = max over window of f(bias + normal(input[q * PH + r][c * PW + s]) * weight)`,
/// windows side by side; `choices` receives the first cell of each window that holds the maximum,
/// counted row by row.
///
/// # Shapes
/// All of one channel: `input`: H x W; `output`, `choices`: OH x OW.
///
/// ```
/// use tinyconv::plan::Window;
/// use tinyconv::kernels::batch_norm::{self, Normal};
/// use tinyconv::{Direct, Relu};
///
/// let pool = Window::new([1, 2, 2], [1, 1, 1], [2, 2], [2, 2], [0, 0]);
/// let (mut output, mut choices) = ([0.0f32], [0]);
/// batch_norm::forward_pool(
///     pool,
///     Relu,
///     Direct,
///     &[1.0, 5.0, 3.0, 4.0],
///     Normal { mean: 3.0, inverse: 0.5 },
///     (10.0, 1.0), // weight and bias
///     &mut output,
///     Some(&mut choices),
/// );
/// assert_eq!((output, choices), ([11.0], [1]));
/// ```
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "those of its three steps")]
pub fn forward_pool<E: Element, S: Source<E>, A: Activation, Q: Geometry>(
    pool: Q,
    activation: A,
    source: S,
    input: &[S::Raw],
    normal: Normal<E>,
    (weight, bias): (f32, f32),
    output: &mut [E],
    mut choices: Option<&mut [E::Choice]>,
) -> Option<()> {
    let Window { input: [_, _, iw], output: [_, oh, ow], kernel: [ph, pw], .. } = pool.get();
    let (weight, bias) = (E::splat(weight), E::splat(bias));
    let value = |raw| activation.forward(bias.multiply_add(normal.of(source.read(raw)), weight));
    for q in 0..oh {
        for c in 0..ow {
            let mut best = None;
            let mut choice = E::FIRST_CHOICE;
            for r in 0..ph {
                let at = (q * ph + r) * iw + c * pw;
                for (s, &raw) in input.get(at..at + pw)?.iter().enumerate() {
                    // The first cell is the best so far, and beats nothing.
                    let cell = value(raw);
                    cell.choose((r * pw + s) as u8, best.get_or_insert(cell), &mut choice);
                }
            }
            *output.get_mut(q * ow + c)? = best?;
            if let Some(choices) = &mut choices {
                *choices.get_mut(q * ow + c)? = choice;
            }
        }
    }
    Some(())
}

/// [`backward_parameters`] behind a pooling: `d_output[i]` of a cell is that of its window where it
/// was chosen, and zero elsewhere.
///
/// # Shapes
/// As in [`forward_pool`]; `d_output` as `output`, the gradient before the activation.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::plan::Window;
/// use tinyconv::kernels::batch_norm::{self, Normal};
///
/// let pool = Window::new([1, 1, 2], [1, 1, 1], [1, 2], [1, 2], [0, 0]);
/// let normal = Normal { mean: 3.0, inverse: 0.5 };
/// let (mut d_bias, mut d_weight) = (0.0f32, 0.0);
/// let sums = (&mut d_bias, &mut d_weight);
/// batch_norm::backward_pool_parameters(pool, Direct, &[5.0, 1.0], normal, &[1], &[2.0], sums);
/// assert_eq!((d_bias, d_weight), (2.0, -2.0));
/// ```
#[inline(always)]
pub fn backward_pool_parameters<E: Element, S: Source<E>, Q: Geometry>(
    pool: Q,
    source: S,
    input: &[S::Raw],
    normal: Normal<E>,
    choices: &[E::Choice],
    d_output: &[E],
    (d_bias, d_weight): (&mut E, &mut E),
) -> Option<()> {
    for_each_cell(pool.get(), choices, d_output, |at, d| {
        *d_bias = *d_bias + d;
        *d_weight = d_weight.multiply_add(d, normal.of(source.read(*input.get(at)?)));
        Some(())
    })
}

/// [`backward_input`] behind a pooling: `d_output[i]` of a cell is that of its window where it was
/// chosen, and zero elsewhere.
///
/// # Shapes
/// As in [`forward_pool`]; `d_output` as `output`, the gradient before the activation; `d_input` as
/// `input`.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::plan::Window;
/// use tinyconv::kernels::batch_norm::{self, Normal};
///
/// // Given statistics: the gradient, scaled.
/// let pool = Window::new([1, 1, 2], [1, 1, 1], [1, 2], [1, 2], [0, 0]);
/// let normal = Normal { mean: 3.0, inverse: 0.5 };
/// let mut d_input = [0.0f32; 2];
/// batch_norm::backward_pool_input(
///     pool, Direct, &[5.0, 1.0], normal, 5.0, (0.0, 0.0), &[1], &[2.0], &mut d_input,
/// );
/// assert_eq!(d_input, [0.0, 10.0]);
/// ```
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "those of `backward_input`, pool and choices")]
pub fn backward_pool_input<E: Element, S: Source<E>, Q: Geometry>(
    pool: Q,
    source: S,
    input: &[S::Raw],
    normal: Normal<E>,
    factor: E,
    (mean_d, mean_dn): (E, E),
    choices: &[E::Choice],
    d_output: &[E],
    d_input: &mut [E],
) -> Option<()> {
    for_each_cell(pool.get(), choices, d_output, |at, d| {
        let rest = (d - mean_d) - normal.of(source.read(*input.get(at)?)) * mean_dn;
        let d_x = d_input.get_mut(at)?;
        *d_x = d_x.multiply_add(rest, factor);
        Some(())
    })
}
