//! The normalisation of a channel, by given statistics or by those of a batch.
//!
//! Of a batch, each sample adds up its own positions; the sums over the samples are taken between
//! two [stages](crate::Stage).

use crate::{Activation, Element, Kernel, Source};

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
/// `input`: H x W; `output`, `choices`: OH x OW.
///
/// ```
/// use tinyconv::kernels::batch_norm::{self, Normal};
/// use tinyconv::{Direct, Kernel, Relu};
///
/// let (mut output, mut choices) = ([[0.0f32]], [[0]]);
/// batch_norm::forward_pool::<_, _, Relu, 2, 2, 1, 1, 2, 2>(
///     Direct,
///     &[[1.0, 5.0], [3.0, 4.0]],
///     Normal { mean: 3.0, inverse: 0.5 },
///     (10.0, 1.0), // weight and bias
///     Kernel,
///     &mut output,
///     Some(&mut choices),
/// );
/// assert_eq!((output, choices), ([[11.0]], [[1]]));
/// ```
#[inline(always)]
pub fn forward_pool<
    E: Element,
    S: Source<E>,
    A: Activation,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
    const PH: usize,
    const PW: usize,
>(
    source: S,
    input: &[[S::Raw; W]; H],
    normal: Normal<E>,
    (weight, bias): (f32, f32),
    _window: Kernel<PH, PW>,
    output: &mut [[E; OW]; OH],
    choices: Option<&mut [[E::Choice; OW]; OH]>,
) {
    let (weight, bias) = (E::splat(weight), E::splat(bias));
    let value = |raw| A::forward(bias.multiply_add(normal.of(source.read(raw)), weight));
    let mut choices = choices;
    for (q, out_row) in output.iter_mut().enumerate() {
        for (c, out) in out_row.iter_mut().enumerate() {
            let mut best = value(input[q * PH][c * PW]);
            let mut choice = E::FIRST_CHOICE;
            for r in 0..PH {
                for s in 0..PW {
                    if r + s > 0 {
                        let cell = value(input[q * PH + r][c * PW + s]);
                        cell.choose((r * PW + s) as u8, &mut best, &mut choice);
                    }
                }
            }
            *out = best;
            if let Some(choices) = &mut choices {
                choices[q][c] = choice;
            }
        }
    }
}

/// Row `h` of the gradient before a pooling: each `d_output` at its window's choice, zero elsewhere.
///
/// # Shapes
/// As in [`forward_pool`].
///
/// ```
/// use tinyconv::Kernel;
/// use tinyconv::kernels::batch_norm;
///
/// let row = |h| -> [f32; 2] {
///     batch_norm::backward_pool_row(&[[1]], &[[7.0]], Kernel::<2, 2>, h)
/// };
/// assert_eq!([row(0), row(1)], [[0.0, 7.0], [0.0, 0.0]]);
/// ```
#[inline(always)]
pub fn backward_pool_row<
    E: Element,
    const W: usize,
    const OH: usize,
    const OW: usize,
    const PH: usize,
    const PW: usize,
>(
    choices: &[[E::Choice; OW]; OH],
    d_output: &[[E; OW]; OH],
    _window: Kernel<PH, PW>,
    h: usize,
) -> [E; W] {
    let mut row = [E::ZERO; W];
    if let (Some(choices), Some(d_row)) = (choices.get(h / PH), d_output.get(h / PH)) {
        let windows = row.as_chunks_mut::<PW>().0;
        for ((cells, &choice), &d) in windows.iter_mut().zip(choices).zip(d_row) {
            for (s, cell) in cells.iter_mut().enumerate() {
                *cell = d.where_chosen(choice, ((h % PH) * PW + s) as u8);
            }
        }
    }
    row
}
