//! How parameters follow their gradients; on a device as well as on the host.

mod adam;
mod descent;
mod sgd;
#[cfg(test)]
mod tests;

pub use adam::Adam;
pub use descent::Descent;
pub use sgd::Sgd;

use crate::Element;

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

    /// One step over all parameters.
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
    ) {
        let count = parameters.len();
        assert!(gradients.len() == count, "one gradient for each parameter");
        assert!(states.len() == count * Self::STATES, "STATES numbers for each parameter");
        self.begin_step();
        for (i, (parameter, &gradient)) in parameters.iter_mut().zip(gradients).enumerate() {
            let mut remembered = [0.0; 2];
            for (state, block) in remembered.iter_mut().zip(0..Self::STATES) {
                *state = states[block * count + i];
            }
            *parameter = self.update(learning_rate, *parameter, gradient, &mut remembered);
            for (state, block) in remembered.iter().zip(0..Self::STATES) {
                states[block * count + i] = *state;
            }
        }
    }
}
