//! From numbers to probabilities.

use crate::Element;

/// `values[k] = exp(values[k] - m) / sum over j of exp(values[j] - m)`, in place.
///
/// `m` is the largest value, so that no exponential overflows; the sum starts at +0.0 and runs
/// ascending.
///
/// ```
/// let mut values = [0.0f32, 0.0, f32::NEG_INFINITY, 0.0, 0.0];
/// tinyconv::kernels::softmax::forward(&mut values);
/// assert_eq!(values, [0.25, 0.25, 0.0, 0.25, 0.25]);
/// ```
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
///
/// # Shapes
/// All of the same length.
///
/// ```
/// let mut d_input = [0.0f32; 2];
/// tinyconv::kernels::softmax::backward(&[0.5, 0.5], &[4.0, 0.0], &mut d_input);
/// assert_eq!(d_input, [1.0, -1.0]);
/// ```
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
