//! How parameters follow their gradients; on a device as well as on the host.

mod adagrad;
mod adagrad_momentum;
mod adam;
mod descent;
mod gradient_sink;
mod in_place;
mod rms_prop;
mod sgd;
#[cfg(test)]
mod tests;

pub use adagrad::Adagrad;
pub use adagrad_momentum::AdagradMomentum;
pub use adam::Adam;
pub use descent::Descent;
pub use gradient_sink::{Accumulate, GradientSink};
pub use in_place::ApplyInPlace;
pub use rms_prop::RmsProp;
pub use sgd::Sgd;

use crate::{Element, math};

/// A rule that changes one parameter at a time.
///
/// The rule is written over [`Element`], so that a host can apply it to many parameters at once and
/// get the bits that a device gets one by one.
///
/// A rule of one's own, steps of equal length against the gradient:
///
/// ```
/// use tinyconv::Element;
/// use tinyconv::optim::Optimizer;
///
/// struct Sign;
///
/// impl Optimizer for Sign {
///     const STATES: usize = 0;
///
///     fn begin_step(&mut self) {}
///
///     fn update<E: Element>(&self, rate: f32, parameter: E, gradient: E, _: &mut [E; 2]) -> E {
///         let sign = gradient.where_positive(E::splat(1.0), E::splat(-1.0));
///         parameter.multiply_add(sign, E::splat(-rate))
///     }
/// }
///
/// let mut parameters = [1.0, 1.0];
/// Sign.step(0.25, &mut parameters, &[3.0, -0.1], &mut []);
/// assert_eq!(parameters, [0.75, 1.25]);
/// ```
pub trait Optimizer {
    /// Numbers that the rule remembers for each parameter, at most 2.
    const STATES: usize;

    /// Called once before the parameters of a step.
    ///
    /// ```
    /// use tinyconv::optim::{Adam, Optimizer};
    ///
    /// let mut adam = Adam { beta1: 0.5, ..Adam::default() };
    /// adam.begin_step();
    /// adam.begin_step();
    /// assert_eq!(adam.beta1_power, 0.25);
    /// ```
    fn begin_step(&mut self);

    /// What the rule remembers from step to step besides the states: for a checkpoint.
    ///
    /// As provided: nothing.
    ///
    /// ```
    /// use tinyconv::optim::{Adam, Descent, Optimizer};
    ///
    /// assert_eq!(Descent::default().counters(), [0.0; 2]);
    /// assert_eq!(Adam::default().counters(), [1.0; 2]); // no step taken
    /// ```
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
    ///
    /// ```
    /// use tinyconv::optim::{Optimizer, Sgd};
    ///
    /// let mut states = [2.0f32, 0.0]; // the velocity; the second one does not count
    /// let sgd = Sgd { momentum: 0.5, ..Sgd::default() };
    /// assert_eq!(sgd.update(0.25, 1.0, 3.0, &mut states), 0.0);
    /// assert_eq!(states[0], 0.5 * 2.0 + 3.0);
    /// ```
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
    /// A parameter whose new value, or a number remembered of it, would not be finite keeps its old
    /// value and what was remembered; returns whether there was none. An infinite mean square, say,
    /// would hold its parameter still for ever.
    ///
    /// ```
    /// use tinyconv::optim::{Descent, Optimizer};
    ///
    /// let mut parameters = [1.0, f32::MAX];
    /// let finite = Descent::default().apply(1.0, &mut parameters, &[0.5, -f32::MAX], [&mut [], &mut []]);
    /// assert_eq!((finite, parameters), (false, [0.5, f32::MAX]));
    ///
    /// // The square of 1e20 is no `f32`; the step itself would have been 0.
    /// use tinyconv::optim::RmsProp;
    /// let (mut parameters, mut squares) = ([1.0, 1.0], [0.5, 0.5]);
    /// let finite = RmsProp::default().apply(0.1, &mut parameters, &[0.0, 1e20], [&mut squares, &mut []]);
    /// assert_eq!((finite, parameters, squares), (false, [1.0; 2], [0.5 * 0.99, 0.5]));
    /// ```
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
            let [a, b] = remembered;
            let sound = (Self::STATES < 1 || math::is_finite(a))
                && (Self::STATES < 2 || math::is_finite(b));
            if math::is_finite(new) && sound {
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
    ///
    /// ```
    /// use tinyconv::optim::{Optimizer, Sgd};
    ///
    /// let (mut parameters, mut states) = ([1.0, 2.0], [0.0; 2]);
    /// assert!(Sgd::default().step(0.5, &mut parameters, &[1.0, -1.0], &mut states));
    /// assert_eq!((parameters, states), ([0.5, 2.5], [1.0, -1.0]));
    /// ```
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
