//! What training makes small.

#[cfg(test)]
mod tests;

use crate::Element;

/// Softmax and cross-entropy in one, as their gradient is simple together.
///
/// `loss = ln(sum over k of exp(logits[k] - m)) - (logits[label] - m)`, `m` the largest logit, so
/// that no exponential overflows; the sum starts at +0.0 and runs over the classes, ascending.
///
/// Writes the classes' probabilities to `probabilities` and returns the loss.
///
/// # Shapes
/// `logits`, `probabilities`: one element per class, at most 254; `label`: the class of each lane.
///
/// ```
/// let mut probabilities = [0.0f32; 2];
/// let loss = tinyconv::loss::cross_entropy(&[1000.0, 1000.0], 1, &mut probabilities);
/// assert_eq!(probabilities, [0.5, 0.5]);
/// assert!((loss - 2.0f32.ln()).abs() < 1e-4);
/// ```
#[inline]
pub fn cross_entropy<E: Element>(logits: &[E], label: E::Choice, probabilities: &mut [E]) -> E {
    let mut maximum = E::splat(f32::NEG_INFINITY);
    for &logit in logits {
        maximum = logit.larger_of(maximum);
    }
    let mut sum = E::ZERO;
    let mut labelled = E::ZERO;
    for (class, (&logit, probability)) in logits.iter().zip(&mut *probabilities).enumerate() {
        let shifted = logit - maximum;
        labelled = labelled + shifted.where_chosen(label, class as u8);
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
pub fn backward_cross_entropy<E: Element>(label: E::Choice, scale: E, d_logits: &mut [E]) {
    let one = E::splat(1.0);
    for (class, d) in d_logits.iter_mut().enumerate() {
        *d = (*d - one.where_chosen(label, class as u8)) * scale;
    }
}

/// The class with the largest logit, the first of several.
///
/// [`Element::FIRST_CHOICE`] where no logit is a number.
///
/// ```
/// assert_eq!(tinyconv::loss::largest(&[0.1f32, 0.7, 0.7]), 1);
/// ```
#[inline]
pub fn largest<E: Element>(logits: &[E]) -> E::Choice {
    let mut best = E::splat(f32::NEG_INFINITY);
    let mut choice = E::FIRST_CHOICE;
    for (class, &logit) in logits.iter().enumerate() {
        logit.choose(class as u8, &mut best, &mut choice);
    }
    choice
}
