//! Cross-entropy of outputs that are each true or false by themselves.

use super::{Loss, Target, one_hot};
use crate::{Activation, Element, Sigmoid};

/// `loss = (sum over k of max(z, 0) - z * target[k] + ln(1 + exp(-|z|))) / outputs`, `z = output[k]`
///
/// This is `-target * ln(p) - (1 - target) * ln(1 - p)` with `p = sigmoid(z)`, without an exponential
/// that overflows: the network's last layer gives logits, without an activation. The sum starts at
/// +0.0 and runs over the outputs, ascending. As in PyTorch, the mean is over the outputs too.
///
/// ```
/// use tinyconv::loss::{BinaryCrossEntropy, Loss, Target};
///
/// let mut kept = [0.0f32];
/// let loss = BinaryCrossEntropy.forward(&[0.0], Target::Values(&[1.0]), &mut kept);
/// assert!((loss - 2.0f32.ln()).abs() < 1e-4);
/// BinaryCrossEntropy.backward(Target::Values(&[1.0]), 1.0, &mut kept);
/// assert_eq!(kept, [-0.5]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BinaryCrossEntropy;

impl Loss for BinaryCrossEntropy {
    #[inline(always)]
    fn forward<E: Element>(&self, output: &[E], target: Target<'_, E>, kept: &mut [E]) -> E {
        let mut sum = E::ZERO;
        for (index, (&z, kept)) in output.iter().zip(kept).enumerate() {
            let target = one_hot(target, index);
            let magnitude = z.larger_of(-z);
            let softplus = (E::splat(1.0) + (-magnitude).exp()).ln();
            sum = sum + ((z.larger_of(E::ZERO) - z * target) + softplus);
            *kept = Sigmoid.forward(z) - target;
        }
        sum / E::splat(output.len() as f32)
    }

    #[inline(always)]
    fn backward<E: Element>(&self, _target: Target<'_, E>, scale: E, d_output: &mut [E]) {
        let factor = scale * (E::splat(1.0) / E::splat(d_output.len() as f32));
        for d in d_output {
            *d = *d * factor;
        }
    }
}
