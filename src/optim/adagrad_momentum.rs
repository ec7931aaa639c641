//! Adagrad with momentum.

use super::Optimizer;
use crate::Element;

/// `s += g^2`, `v = momentum * v + g / (sqrt(s) + epsilon)`, `w -= learning_rate * v`.
///
/// [`Adagrad`](super::Adagrad)'s direction with the velocity of [`Sgd`](super::Sgd). PyTorch has no
/// such rule.
///
/// Source: M. Hjorth-Jensen, "Applied data analysis and machine learning", University of Oslo,
/// lecture notes on gradient methods.
///
/// ```
/// use tinyconv::optim::{AdagradMomentum, Optimizer};
///
/// let mut adagrad = AdagradMomentum { momentum: 0.5, ..AdagradMomentum::default() };
/// let (mut parameters, mut states) = ([1.0], [0.0; 2]);
/// adagrad.step(0.125, &mut parameters, &[3.0], &mut states);
/// // As near as the square root of the feature `micromath` is.
/// assert!(f32::abs(parameters[0] - 0.875) < 1e-3 && states[0] == 9.0);
/// // 0.5 * 1 + 4 / sqrt(9 + 16)
/// adagrad.step(0.125, &mut parameters, &[4.0], &mut states);
/// assert!(states[0] == 25.0 && f32::abs(states[1] - 1.3) < 2e-3);
/// assert!(f32::abs(parameters[0] - (0.875 - 0.125 * 1.3)) < 1e-3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AdagradMomentum {
    /// Share of the last step's velocity that is kept.
    pub momentum: f32,
    /// Keeps the division finite.
    pub epsilon: f32,
}

impl Default for AdagradMomentum {
    /// Momentum 0.9, epsilon 1e-10.
    fn default() -> Self {
        Self { momentum: 0.9, epsilon: 1e-10 }
    }
}

impl Optimizer for AdagradMomentum {
    const STATES: usize = 2;

    fn begin_step(&mut self) {}

    #[inline(always)]
    fn update<E: Element>(
        &self,
        learning_rate: f32,
        parameter: E,
        gradient: E,
        [squares, velocity]: &mut [E; 2],
    ) -> E {
        *squares = squares.multiply_add(gradient, gradient);
        let direction = gradient / (squares.sqrt() + E::splat(self.epsilon));
        *velocity = direction.multiply_add(*velocity, E::splat(self.momentum));
        parameter.multiply_add(*velocity, E::splat(-learning_rate))
    }
}
