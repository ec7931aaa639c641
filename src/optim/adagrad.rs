//! Adagrad.

use super::Optimizer;
use crate::Element;

/// `s += g^2`, `w -= learning_rate * g / (sqrt(s) + epsilon)`, where `g` is the gradient plus
/// `weight_decay * w`.
///
/// As in PyTorch, without its `lr_decay`. `s` only grows: steps become ever shorter, those of
/// parameters with large gradients first.
///
/// Source: J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning and
/// stochastic optimization", JMLR 12, 2011.
///
/// ```
/// use tinyconv::optim::{Adagrad, Optimizer};
///
/// let (mut parameters, mut squares) = ([1.0], [0.0]);
/// let mut adagrad = Adagrad::default();
/// // The first step has the length of the learning rate: 3 / sqrt(9).
/// adagrad.step(0.125, &mut parameters, &[3.0], &mut squares);
/// // As near as the square root of the feature `micromath` is.
/// assert!(f32::abs(parameters[0] - 0.875) < 1e-3 && squares == [9.0]);
/// // 4 / sqrt(9 + 16) of it.
/// adagrad.step(0.125, &mut parameters, &[4.0], &mut squares);
/// assert!(f32::abs(parameters[0] - 0.775) < 1e-3 && squares == [25.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Adagrad {
    /// Keeps the division finite.
    pub epsilon: f32,
    /// Strength of the pull towards zero, added to the gradient.
    pub weight_decay: f32,
}

impl Default for Adagrad {
    /// 1e-10, no weight decay.
    fn default() -> Self {
        Self { epsilon: 1e-10, weight_decay: 0.0 }
    }
}

impl Optimizer for Adagrad {
    const STATES: usize = 1;

    fn begin_step(&mut self) {}

    #[inline(always)]
    fn update<E: Element>(
        &self,
        learning_rate: f32,
        parameter: E,
        gradient: E,
        [squares, _]: &mut [E; 2],
    ) -> E {
        let gradient = gradient.multiply_add(parameter, E::splat(self.weight_decay));
        *squares = squares.multiply_add(gradient, gradient);
        let direction = gradient / (squares.sqrt() + E::splat(self.epsilon));
        parameter.multiply_add(direction, E::splat(-learning_rate))
    }
}
