//! How parameters follow their gradients; on a device as well as on the host.

mod adagrad;
mod adagrad_momentum;
mod adam;
mod descent;
mod rms_prop;
mod sgd;
#[cfg(test)]
mod tests;

pub use adagrad::Adagrad;
pub use adagrad_momentum::AdagradMomentum;
pub use adam::Adam;
pub use descent::Descent;
pub use rms_prop::RmsProp;
pub use sgd::Sgd;

use crate::{Element, math};

/// A rule that changes one parameter at a time.
///
/// The rule is written over [`Element`], so that a host can apply it to many parameters at once and
/// get the bits that a device gets one by one.
pub trait Optimizer {
    /// Numbers that the rule remembers for each parameter, at most 2.
    const STATES: usize;

    /// Called once before the parameters of a step.
    fn begin_step(&mut self);

    /// What the rule remembers from step to step besides the states: for a checkpoint.
    ///
    /// As provided: nothing.
    fn counters(&self) -> [f32; 2] {
        [0.0; 2]
    }

    /// Goes on where [`counters`](Optimizer::counters) were taken.
    ///
    /// ```
    /// use tinyconv::optim::{Adam, Optimizer};
    ///
    /// let mut interrupted = Adam::default();
    /// interrupted.begin_step();
    /// assert_eq!(interrupted.counters(), [0.9, 0.999]);
    /// let mut resumed = Adam::default();
    /// resumed.resume(interrupted.counters());
    /// assert_eq!(resumed, interrupted);
    /// ```
    fn resume(&mut self, _counters: [f32; 2]) {}

    /// The new parameter; `states` holds what is remembered, of which the first
    /// [`STATES`](Optimizer::STATES) count.
    fn update<E: Element>(
        &self,
        learning_rate: f32,
        parameter: E,
        gradient: E,
        states: &mut [E; 2],
    ) -> E;

    /// Changes `parameters` by their `gradients`; `states` holds what is remembered of them: the
    /// first [`STATES`](Optimizer::STATES) slices as long as `parameters`, the others empty.
    ///
    /// A parameter whose new value would not be a finite number keeps its old one; returns whether
    /// there was none.
    #[inline(always)]
    fn apply(
        &self,
        learning_rate: f32,
        parameters: &mut [f32],
        gradients: &[f32],
        states: [&mut [f32]; 2],
    ) -> bool {
        let mut finite = true;
        let [first, second] = states;
        let mut states = (first.iter_mut(), second.iter_mut());
        for (parameter, &gradient) in parameters.iter_mut().zip(gradients) {
            let mut none = [0.0; 2];
            let [none_first, none_second] = &mut none;
            let first = if Self::STATES > 0 { states.0.next() } else { None };
            let second = if Self::STATES > 1 { states.1.next() } else { None };
            let (first, second) = (first.unwrap_or(none_first), second.unwrap_or(none_second));
            let mut remembered = [*first, *second];
            let new = self.update(learning_rate, *parameter, gradient, &mut remembered);
            if math::is_finite(new) {
                *parameter = new;
                [*first, *second] = remembered;
            } else {
                finite = false;
            }
        }
        finite
    }

    /// One step over all parameters; returns what [`apply`](Optimizer::apply) does.
    ///
    /// `states` holds [`STATES`](Optimizer::STATES) blocks, each as long as `parameters`, zero
    /// before the first step.
    ///
    /// # Panics
    /// If `gradients` has another length than `parameters`, or `states` a length other than
    /// `STATES` times that.
    fn step(
        &mut self,
        learning_rate: f32,
        parameters: &mut [f32],
        gradients: &[f32],
        states: &mut [f32],
    ) -> bool {
        let count = parameters.len();
        assert!(gradients.len() == count, "one gradient for each parameter");
        assert!(states.len() == count * Self::STATES, "STATES numbers for each parameter");
        self.begin_step();
        self.apply(learning_rate, parameters, gradients, blocks::<Self>(count, states))
    }
}

/// The blocks of states of an optimizer for `count` parameters.
#[inline(always)]
pub(crate) fn blocks<O: Optimizer + ?Sized>(count: usize, states: &mut [f32]) -> [&mut [f32]; 2] {
    const { assert!(O::STATES <= 2, "an optimizer remembers at most two numbers per parameter") };
    let (first, rest) = states.split_at_mut(if O::STATES > 0 { count } else { 0 });
    [first, if O::STATES > 1 { rest } else { &mut [] }]
}
