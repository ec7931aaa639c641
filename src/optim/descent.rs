//! Gradient descent that remembers nothing.

use super::Optimizer;
use crate::Element;

/// `w -= learning_rate * (g + weight_decay * w)`: no memory besides the parameters.
///
/// Source: H. Robbins and S. Monro, "A stochastic approximation method", Annals of Mathematical
/// Statistics 22 (1951).
///
/// ```
/// use tinyconv::optim::{Descent, Optimizer};
///
/// let mut parameters = [1.0];
/// Descent { weight_decay: 0.5 }.step(0.25, &mut parameters, &[1.5], &mut []);
/// assert_eq!(parameters, [0.5]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Descent {
    /// Strength of the pull towards zero, added to the gradient.
    pub weight_decay: f32,
}

impl Optimizer for Descent {
    const STATES: usize = 0;

    fn begin_step(&mut self) {}

    #[inline(always)]
    fn update<E: Element>(
        &self,
        learning_rate: f32,
        parameter: E,
        gradient: E,
        _states: &mut [E; 2],
    ) -> E {
        let gradient = gradient.multiply_add(parameter, E::splat(self.weight_decay));
        parameter.multiply_add(gradient, E::splat(-learning_rate))
    }
}
