//! Adam and AdamW.

use super::Optimizer;
use crate::Element;

/// `m = b1 * m + (1 - b1) * g`, `v = b2 * v + (1 - b2) * g^2`,
/// `w -= learning_rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)`.
///
/// `weight_decay` shrinks the parameter by `learning_rate * weight_decay * w` before that, apart
/// from the gradient (AdamW). The other way, a pull added to the gradient as [`Sgd`](super::Sgd)
/// has it (PyTorch's `Adam` with a `weight_decay`), is not offered: it is divided by `sqrt(v)` and so
/// is weakest where gradients are large.
///
/// Sources: D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015;
/// I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
///
/// ```
/// use tinyconv::optim::{Adam, Optimizer};
///
/// let mut adam = Adam::default();
/// let (mut parameters, mut states) = ([1.0], [0.0; 2]);
/// adam.step(0.125, &mut parameters, &[1e-4], &mut states);
/// // The first step has the length of the learning rate, whatever the gradient's.
/// assert!((parameters[0] - 0.875).abs() < 1e-4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Adam {
    /// Share of the mean gradient that is kept.
    pub beta1: f32,
    /// Share of the mean square gradient that is kept.
    pub beta2: f32,
    /// Keeps the division finite.
    pub epsilon: f32,
    /// Strength of the pull towards zero, apart from the gradient.
    pub weight_decay: f32,
    /// `beta1` to the power of the number of steps taken.
    pub beta1_power: f32,
    /// `beta2` to the power of the number of steps taken.
    pub beta2_power: f32,
}

impl Default for Adam {
    /// 0.9, 0.999, 1e-8, no weight decay, no step taken.
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
            beta1_power: 1.0,
            beta2_power: 1.0,
        }
    }
}

impl Optimizer for Adam {
    const STATES: usize = 2;

    fn begin_step(&mut self) {
        self.beta1_power *= self.beta1;
        self.beta2_power *= self.beta2;
    }

    fn counters(&self) -> [f32; 2] {
        [self.beta1_power, self.beta2_power]
    }

    fn resume(&mut self, counters: [f32; 2]) {
        [self.beta1_power, self.beta2_power] = counters;
    }

    #[inline(always)]
    fn update<E: Element>(
        &self,
        learning_rate: f32,
        parameter: E,
        gradient: E,
        [mean, square]: &mut [E; 2],
    ) -> E {
        let decayed = parameter * E::splat(1.0 - learning_rate * self.weight_decay);
        let kept_mean = *mean * E::splat(self.beta1);
        *mean = kept_mean.multiply_add(gradient, E::splat(1.0 - self.beta1));
        let kept_square = *square * E::splat(self.beta2);
        *square = kept_square.multiply_add(gradient * gradient, E::splat(1.0 - self.beta2));
        let mean = *mean / E::splat(1.0 - self.beta1_power);
        let square = *square / E::splat(1.0 - self.beta2_power);
        let step = mean / (square.sqrt() + E::splat(self.epsilon));
        decayed.multiply_add(step, E::splat(-learning_rate))
    }
}
