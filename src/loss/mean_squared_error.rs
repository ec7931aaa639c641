//! The mean square of what an output is off, for regression.

use super::{Loss, Target, one_hot};
use crate::Element;

/// `loss = (sum over k of (output[k] - target[k])^2) / outputs`
///
/// The sum starts at +0.0 and runs over the outputs, ascending. As in PyTorch, the mean is over the
/// outputs too.
///
/// ```
/// use tinyconv::loss::{Loss, MeanSquaredError, Target};
///
/// let mut kept = [0.0f32; 2];
/// let target = Target::Values(&[1.0, 2.0]);
/// assert_eq!(MeanSquaredError.forward(&[1.5, 0.0], target, &mut kept), (0.25 + 4.0) / 2.0);
/// MeanSquaredError.backward(target, 0.5, &mut kept);
/// assert_eq!(kept, [0.25, -1.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MeanSquaredError;

impl Loss for MeanSquaredError {
    #[inline(always)]
    fn forward<E: Element>(&self, output: &[E], target: Target<'_, E>, kept: &mut [E]) -> E {
        let mut sum = E::ZERO;
        for (index, (&y, kept)) in output.iter().zip(kept).enumerate() {
            *kept = y - one_hot(target, index);
            sum = sum.multiply_add(*kept, *kept);
        }
        sum / E::splat(output.len() as f32)
    }

    #[inline(always)]
    fn backward<E: Element>(&self, _target: Target<'_, E>, scale: E, d_output: &mut [E]) {
        let factor = scale * (E::splat(2.0) / E::splat(d_output.len() as f32));
        for d in d_output {
            *d = *d * factor;
        }
    }
}
