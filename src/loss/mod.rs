//! What training makes small.
//!
//! | the network tells | its last layer | loss | target |
//! |---|---|---|---|
//! | one of several classes | logits: `Dense` | [`CrossEntropy`] | a class |
//! | yes or no, for each output | logits: `Dense` | [`BinaryCrossEntropy`] | 0 or 1 for each |
//! | numbers (regression) | `Dense` | [`MeanSquaredError`] | a number for each |
//! | one of several classes | `Sigmoid` or `Softmax` | [`MeanSquaredError`] | a class |

mod binary_cross_entropy;
mod cross_entropy;
mod mean_squared_error;
#[cfg(test)]
mod tests;

pub use binary_cross_entropy::BinaryCrossEntropy;
pub use cross_entropy::{CrossEntropy, backward_cross_entropy, cross_entropy};
pub use mean_squared_error::MeanSquaredError;

use crate::Element;

/// What an output is compared with.
///
/// ```
/// use tinyconv::loss::{Loss, MeanSquaredError, Target};
///
/// // The same target, as a class and as numbers.
/// let (output, mut kept) = ([0.5f32, 1.0], [0.0; 2]);
/// for target in [Target::Class(1), Target::Values(&[0.0, 1.0])] {
///     assert_eq!(MeanSquaredError.forward(&output, target, &mut kept), 0.125);
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Target<'a, E: Element> {
    /// The class of each lane: one for its output, zero for the others.
    Class(E::Class),
    /// A number for each output.
    Values(&'a [E]),
}

/// What a sample is learnt for.
///
/// ```
/// use tinyconv::loss::{BinaryCrossEntropy, Goal, Loss, Target};
///
/// let goal = Goal { loss: &BinaryCrossEntropy, target: Target::Values(&[1.0f32]) };
/// let loss = goal.loss.forward(&[0.0], goal.target, &mut [0.0]);
/// assert!((loss - 2.0f32.ln()).abs() < 1e-4);
/// ```
#[derive(Debug)]
pub struct Goal<'a, E: Element, L> {
    /// The measure.
    pub loss: &'a L,
    /// What the output is compared with.
    pub target: Target<'a, E>,
}

impl<E: Element, L> Clone for Goal<'_, E, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Element, L> Copy for Goal<'_, E, L> {}

/// A measure of how far an output is from its target.
///
/// A loss of one's own, the sum of what the outputs are off:
///
/// ```
/// use tinyconv::Element;
/// use tinyconv::loss::{Loss, Target};
///
/// struct AbsoluteError;
///
/// impl Loss for AbsoluteError {
///     fn forward<E: Element>(&self, output: &[E], target: Target<'_, E>, kept: &mut [E]) -> E {
///         let Target::Values(values) = target else { return E::splat(f32::NAN) };
///         let mut sum = E::ZERO;
///         for ((&y, &value), kept) in output.iter().zip(values).zip(kept) {
///             *kept = (y - value).where_positive(E::splat(1.0), E::splat(-1.0));
///             sum = sum + (y - value) * *kept;
///         }
///         sum
///     }
///     fn backward<E: Element>(&self, _target: Target<'_, E>, scale: E, d_output: &mut [E]) {
///         for d in d_output {
///             *d = *d * scale;
///         }
///     }
/// }
///
/// let (target, mut kept) = (Target::Values(&[1.0, 2.0]), [0.0f32; 2]);
/// assert_eq!(AbsoluteError.forward(&[1.5, 0.0], target, &mut kept), 2.5);
/// AbsoluteError.backward(target, 0.5, &mut kept);
/// assert_eq!(kept, [0.5, -0.5]);
/// ```
pub trait Loss {
    /// Returns the loss of each lane, and keeps in `kept` what [`backward`](Loss::backward) needs.
    ///
    /// # Shapes
    /// `output`, `kept` and the target's values have the same length.
    ///
    /// ```
    /// use tinyconv::loss::{Loss, MeanSquaredError, Target};
    ///
    /// let mut kept = [0.0f32];
    /// assert_eq!(MeanSquaredError.forward(&[5.0], Target::Values(&[2.0]), &mut kept), 9.0);
    /// ```
    fn forward<E: Element>(&self, output: &[E], target: Target<'_, E>, kept: &mut [E]) -> E;

    /// Turns what [`forward`](Loss::forward) kept into the gradient by the output, times `scale`:
    /// 1 / batch for the mean over a batch, and zero in lanes that hold no sample.
    ///
    /// ```
    /// use tinyconv::loss::{Loss, MeanSquaredError, Target};
    ///
    /// let (target, mut d_output) = (Target::Values(&[2.0]), [0.0f32]);
    /// MeanSquaredError.forward(&[5.0], target, &mut d_output);
    /// MeanSquaredError.backward(target, 0.5, &mut d_output); // a batch of two
    /// assert_eq!(d_output, [2.0 * 3.0 * 0.5]);
    /// ```
    fn backward<E: Element>(&self, target: Target<'_, E>, scale: E, d_output: &mut [E]);
}

/// The target of output `index`; where a value is missing, a NaN, so that nothing is learnt in silence.
#[inline(always)]
fn one_hot<E: Element>(target: Target<'_, E>, index: usize) -> E {
    match target {
        Target::Class(class) => E::splat(1.0).where_class(class, index as u16),
        Target::Values(values) => values.get(index).copied().unwrap_or(E::splat(f32::NAN)),
    }
}

/// The class with the largest logit, the first of several.
///
/// [`Element::FIRST_CLASS`] where no logit is a number.
///
/// ```
/// assert_eq!(tinyconv::loss::largest(&[0.1f32, 0.7, 0.7]), 1);
/// ```
#[inline]
pub fn largest<E: Element>(logits: &[E]) -> E::Class {
    let mut best = E::splat(f32::NEG_INFINITY);
    let mut chosen = E::FIRST_CLASS;
    for (class, &logit) in logits.iter().enumerate() {
        logit.choose_class(class as u16, &mut best, &mut chosen);
    }
    chosen
}
