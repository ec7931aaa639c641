//! From numbers to probabilities.

use crate::Element;

/// `values[k] = exp(values[k] - m) / sum over j of exp(values[j] - m)`, in place.
///
/// `m` is the largest value, so that no exponential overflows; the sum starts at +0.0 and runs
/// ascending.
#[inline(always)]
pub fn forward<E: Element>(values: &mut [E]) {
    let mut maximum = E::splat(f32::NEG_INFINITY);
    for &value in &*values {
        maximum = value.larger_of(maximum);
    }
    let mut sum = E::ZERO;
    for value in &mut *values {
        *value = (*value - maximum).exp();
        sum = sum + *value;
    }
    for value in values {
        *value = *value / sum;
    }
}

/// `d_input[k] += output[k] * (d_output[k] - sum over j of output[j] * d_output[j])`
///
/// The sum starts at +0.0 and runs ascending; `output` is what [`forward`] gave.
#[inline(always)]
pub fn backward<E: Element>(output: &[E], d_output: &[E], d_input: &mut [E]) {
    let mut sum = E::ZERO;
    for (&y, &d) in output.iter().zip(d_output) {
        sum = sum.multiply_add(y, d);
    }
    for ((d_x, &y), &d) in d_input.iter_mut().zip(output).zip(d_output) {
        *d_x = d_x.multiply_add(y, d - sum);
    }
}
