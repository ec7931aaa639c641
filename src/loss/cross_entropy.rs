//! Softmax and cross-entropy, for outputs of which one class is the right one.

use super::{Loss, Target, largest, one_hot};
use crate::Element;

/// Softmax and cross-entropy in one, as their gradient is simple together.
///
/// `loss = ln(sum over k of exp(logits[k] - m)) - (logits[label] - m)`, `m` the largest logit, so
/// that no exponential overflows; the sum starts at +0.0 and runs over the classes, ascending.
///
/// Writes the classes' probabilities to `probabilities` and returns the loss.
///
/// # Shapes
/// `logits`, `probabilities`: one element per class, at most 65 536; `label`: the class of each lane.
///
/// ```
/// let mut probabilities = [0.0f32; 2];
/// let loss = tinyconv::loss::cross_entropy(&[1000.0, 1000.0], 1, &mut probabilities);
/// assert_eq!(probabilities, [0.5, 0.5]);
/// assert!((loss - 2.0f32.ln()).abs() < 1e-4);
/// ```
#[inline(always)]
pub fn cross_entropy<E: Element>(logits: &[E], label: E::Class, probabilities: &mut [E]) -> E {
    let mut maximum = E::splat(f32::NEG_INFINITY);
    for &logit in logits {
        maximum = logit.larger_of(maximum);
    }
    let mut sum = E::ZERO;
    let mut labelled = E::ZERO;
    for (class, (&logit, probability)) in logits.iter().zip(&mut *probabilities).enumerate() {
        let shifted = logit - maximum;
        labelled = labelled + shifted.where_class(label, class as u16);
        *probability = shifted.exp();
        sum = sum + *probability;
    }
    for probability in probabilities {
        *probability = *probability / sum;
    }
    sum.ln() - labelled
}

/// The gradient of [`cross_entropy`]: `d_logits[k] = (probabilities[k] - (k == label)) * scale`.
///
/// Takes the probabilities in `d_logits` and writes the gradient over them. `scale` is 1 / batch
/// for the mean over a batch, and zero in lanes that hold no sample.
///
/// ```
/// let mut d_logits = [0.25f32, 0.75];
/// tinyconv::loss::backward_cross_entropy(1, 0.5, &mut d_logits);
/// assert_eq!(d_logits, [0.125, -0.125]);
/// ```
#[inline]
pub fn backward_cross_entropy<E: Element>(label: E::Class, scale: E, d_logits: &mut [E]) {
    let one = E::splat(1.0);
    for (class, d) in d_logits.iter_mut().enumerate() {
        *d = (*d - one.where_class(label, class as u16)) * scale;
    }
}

/// `loss = sum over k of t[k] * (ln(sum over j of exp(output[j])) - output[k])`,
/// `t[k] = (1 - smoothing) * target[k] + smoothing / classes`
///
/// `target[k]` is one for the right class and zero elsewhere, or the probability that is given for
/// each class. The network's last layer gives logits, without an activation. For a class without
/// smoothing, the bits are those of [`cross_entropy`] and [`backward_cross_entropy`].
///
/// # Shapes
/// One output for each class, at most 65 536.
///
/// Source: C. Szegedy et al., "Rethinking the inception architecture for computer vision", CVPR 2016
/// (smoothing).
///
/// ```
/// use tinyconv::loss::{CrossEntropy, Loss, Target};
///
/// let mut kept = [0.0f32; 2];
/// let smooth = CrossEntropy { smoothing: 0.5 };
/// let loss = smooth.forward(&[0.0, 0.0], Target::Class(1), &mut kept);
/// assert!((loss - 2.0f32.ln()).abs() < 1e-4);
/// smooth.backward(Target::Class(1), 1.0, &mut kept);
/// assert_eq!(kept, [0.5 - 0.25, 0.5 - 0.75]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CrossEntropy {
    /// The share of the target that is spread over all classes: 0 for none.
    pub smoothing: f32,
}

impl CrossEntropy {
    /// `t[k]`
    #[inline(always)]
    fn weight<E: Element>(&self, target: Target<'_, E>, class: usize, classes: usize) -> E {
        let sharp = one_hot(target, class) * E::splat(1.0 - self.smoothing);
        sharp + E::splat(self.smoothing) / E::splat(classes as f32)
    }

    /// For a target with more than one class. Not inlined: where it is not needed, the compiler shall
    /// see that nothing else has a second use.
    #[inline(never)]
    fn forward_soft<E: Element>(&self, output: &[E], target: Target<'_, E>, kept: &mut [E]) -> E {
        // The loss of the class with the largest logit is the logarithm of the sum alone.
        let ln_sum = cross_entropy(output, largest(output), kept);
        let mut maximum = E::splat(f32::NEG_INFINITY);
        for &y in output {
            maximum = y.larger_of(maximum);
        }
        let mut loss = E::ZERO;
        for (class, &y) in output.iter().enumerate() {
            let of_class = ln_sum - (y - maximum);
            loss = loss.multiply_add(self.weight(target, class, output.len()), of_class);
        }
        loss
    }
}

impl Loss for CrossEntropy {
    #[inline(always)]
    fn forward<E: Element>(&self, output: &[E], target: Target<'_, E>, kept: &mut [E]) -> E {
        match target {
            Target::Class(label) if self.smoothing == 0.0 => cross_entropy(output, label, kept),
            _ => self.forward_soft(output, target, kept),
        }
    }

    #[inline(always)]
    fn backward<E: Element>(&self, target: Target<'_, E>, scale: E, d_output: &mut [E]) {
        match target {
            Target::Class(label) if self.smoothing == 0.0 => {
                backward_cross_entropy(label, scale, d_output);
            }
            _ => {
                let classes = d_output.len();
                let mut total = E::ZERO;
                for class in 0..classes {
                    total = total + self.weight(target, class, classes);
                }
                for (class, d) in d_output.iter_mut().enumerate() {
                    *d = (*d * total - self.weight(target, class, classes)) * scale;
                }
            }
        }
    }
}
