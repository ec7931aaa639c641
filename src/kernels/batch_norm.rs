//! The normalisation of a channel, by given statistics or by those of a batch.
//!
//! Of a batch, each sample adds up its own positions; the sums over the samples are taken between
//! two [stages](crate::Stage).

use crate::{Element, Source};

/// The statistics of a channel.
#[derive(Clone, Copy, Debug)]
pub struct Normal<E> {
    /// The mean.
    pub mean: E,
    /// `1 / sqrt(variance + epsilon)`
    pub inverse: E,
}

impl<E: Element> Normal<E> {
    /// The statistics with the variance as the mean square deviation.
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
#[inline(always)]
pub fn sum<E: Element, S: Source<E>>(source: S, input: &[S::Raw]) -> E {
    input.iter().fold(E::ZERO, |sum, &raw| sum + source.read(raw))
}

/// `sum of (input[i] - mean)^2`, ascending, starting at +0.0.
#[inline(always)]
pub fn sum_of_squares<E: Element, S: Source<E>>(source: S, input: &[S::Raw], mean: E) -> E {
    input.iter().fold(E::ZERO, |sum, &raw| {
        let deviation = source.read(raw) - mean;
        sum.multiply_add(deviation, deviation)
    })
}

/// `output[i] = bias + normal(input[i]) * weight`
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

/// `d_bias = sum of d_output[i]` and `d_weight = sum of d_output[i] * normal(input[i])`, ascending,
/// starting at +0.0.
#[inline(always)]
pub fn backward_parameters<E: Element, S: Source<E>>(
    source: S,
    input: &[S::Raw],
    normal: Normal<E>,
    d_output: &[E],
) -> (E, E) {
    let (mut d_bias, mut d_weight) = (E::ZERO, E::ZERO);
    for (&d, &raw) in d_output.iter().zip(input) {
        d_bias = d_bias + d;
        d_weight = d_weight.multiply_add(d, normal.of(source.read(raw)));
    }
    (d_bias, d_weight)
}

/// `d_input[i] += ((d_output[i] - mean_d) - normal(input[i]) * mean_dn) * factor`
///
/// With `factor` as `weight * inverse`; `mean_d` and `mean_dn` are the means over the batch of
/// `d_output[i]` and of `d_output[i] * normal(input[i])`, or zero for given statistics, which do not
/// depend on the input.
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
