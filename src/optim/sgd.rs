//! Stochastic gradient descent.

use super::Optimizer;
use crate::Element;

/// `v = momentum * v + g + weight_decay * w`, `w -= learning_rate * v`; with `nesterov`,
/// `w -= learning_rate * (g + weight_decay * w + momentum * v)`.
///
/// As in PyTorch. With a momentum of 0 the velocity is still kept.
///
/// Sources: B. Polyak (1964); I. Sutskever et al., "On the importance of initialization and momentum
/// in deep learning", ICML 2013.
///
/// ```
/// use tinyconv::optim::{Optimizer, Sgd};
///
/// let mut sgd = Sgd { momentum: 0.5, ..Sgd::default() };
/// let (mut parameters, mut velocity) = ([1.0], [0.0]);
/// sgd.step(0.5, &mut parameters, &[1.0], &mut velocity);
/// sgd.step(0.5, &mut parameters, &[1.0], &mut velocity);
/// assert_eq!(parameters, [1.0 - 0.5 - 0.75]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Sgd {
    /// Share of the last step's velocity that is kept.
    pub momentum: f32,
    /// Strength of the pull towards zero, added to the gradient.
    pub weight_decay: f32,
    /// Looks one step of momentum ahead.
    pub nesterov: bool,
}

impl Default for Sgd {
    /// Momentum 0.9, no weight decay.
    fn default() -> Self {
        Self { momentum: 0.9, weight_decay: 0.0, nesterov: false }
    }
}

impl Optimizer for Sgd {
    const STATES: usize = 1;

    fn begin_step(&mut self) {}

    #[inline(always)]
    fn update<E: Element>(
        &self,
        learning_rate: f32,
        parameter: E,
        gradient: E,
        [velocity, _]: &mut [E; 2],
    ) -> E {
        let gradient = gradient.multiply_add(parameter, E::splat(self.weight_decay));
        *velocity = gradient.multiply_add(*velocity, E::splat(self.momentum));
        let direction = if self.nesterov {
            gradient.multiply_add(*velocity, E::splat(self.momentum))
        } else {
            *velocity
        };
        parameter.multiply_add(direction, E::splat(-learning_rate))
    }
}
