//! RMSprop.

use super::Optimizer;
use crate::Element;

/// `s = alpha * s + (1 - alpha) * g^2`, `w -= learning_rate * g / (sqrt(s) + epsilon)`, where `g` is
/// the gradient plus `weight_decay * w`.
///
/// As in PyTorch, without its `momentum` and `centered`.
///
/// Source: T. Tieleman and G. Hinton, "RMSprop: divide the gradient by a running average of its
/// recent magnitude", Coursera lecture 6.5, 2012.
///
/// ```
/// use tinyconv::optim::{Optimizer, RmsProp};
///
/// let mut rms_prop = RmsProp { alpha: 0.75, ..RmsProp::default() };
/// let (mut parameters, mut square) = ([1.0], [0.0]);
/// // The first step has twice the learning rate's length: 3 / sqrt(9 / 4).
/// rms_prop.step(0.125, &mut parameters, &[3.0], &mut square);
/// // As near as the square root of the feature `micromath` is.
/// assert!(f32::abs(parameters[0] - 0.75) < 1e-3 && square == [2.25]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RmsProp {
    /// Share of the mean square gradient that is kept.
    pub alpha: f32,
    /// Keeps the division finite.
    pub epsilon: f32,
    /// Strength of the pull towards zero, added to the gradient.
    pub weight_decay: f32,
}

impl Default for RmsProp {
    /// 0.99, 1e-8, no weight decay.
    fn default() -> Self {
        Self { alpha: 0.99, epsilon: 1e-8, weight_decay: 0.0 }
    }
}

impl Optimizer for RmsProp {
    const STATES: usize = 1;

    fn begin_step(&mut self) {}

    #[inline(always)]
    fn update<E: Element>(
        &self,
        learning_rate: f32,
        parameter: E,
        gradient: E,
        [square, _]: &mut [E; 2],
    ) -> E {
        let gradient = gradient.multiply_add(parameter, E::splat(self.weight_decay));
        let kept = *square * E::splat(self.alpha);
        *square = kept.multiply_add(gradient * gradient, E::splat(1.0 - self.alpha));
        let direction = gradient / (square.sqrt() + E::splat(self.epsilon));
        parameter.multiply_add(direction, E::splat(-learning_rate))
    }
}
