//! A step of the optimizer, sixteen parameters at a time: the rule is the same for lanes.

use tinyconv::Element;
use tinyconv::optim::Optimizer;

use super::OptimizerKind;
use crate::lanes::{LANES, Lanes};

impl OptimizerKind {
    /// Numbers that it remembers for each parameter.
    pub(super) const fn states(&self) -> usize {
        const fn of<O: Optimizer>(_rule: &O) -> usize {
            O::STATES
        }
        match self {
            Self::Descent(rule) => of(rule),
            Self::Sgd(rule) => of(rule),
            Self::Adagrad(rule) => of(rule),
            Self::AdagradMomentum(rule) => of(rule),
            Self::RmsProp(rule) => of(rule),
            Self::Adam(rule) => of(rule),
        }
    }

    /// What it remembers besides these.
    pub(super) fn counters(&self) -> [f32; 2] {
        match self {
            Self::Descent(rule) => rule.counters(),
            Self::Sgd(rule) => rule.counters(),
            Self::Adagrad(rule) => rule.counters(),
            Self::AdagradMomentum(rule) => rule.counters(),
            Self::RmsProp(rule) => rule.counters(),
            Self::Adam(rule) => rule.counters(),
        }
    }

    /// Goes on where [`counters`](Self::counters) were taken.
    pub(super) fn resume(&mut self, counters: [f32; 2]) {
        match self {
            Self::Descent(rule) => rule.resume(counters),
            Self::Sgd(rule) => rule.resume(counters),
            Self::Adagrad(rule) => rule.resume(counters),
            Self::AdagradMomentum(rule) => rule.resume(counters),
            Self::RmsProp(rule) => rule.resume(counters),
            Self::Adam(rule) => rule.resume(counters),
        }
    }

    /// One step over all parameters; `states` holds [`states`](Self::states) blocks as long as
    /// `parameters`.
    pub(super) fn step(
        &mut self,
        learning_rate: f32,
        parameters: &mut [f32],
        gradients: &[f32],
        states: &mut [f32],
    ) {
        match self {
            Self::Descent(rule) => step(rule, learning_rate, parameters, gradients, states),
            Self::Sgd(rule) => step(rule, learning_rate, parameters, gradients, states),
            Self::Adagrad(rule) => step(rule, learning_rate, parameters, gradients, states),
            Self::AdagradMomentum(rule) => {
                step(rule, learning_rate, parameters, gradients, states);
            }
            Self::RmsProp(rule) => step(rule, learning_rate, parameters, gradients, states),
            Self::Adam(rule) => step(rule, learning_rate, parameters, gradients, states),
        }
    }
}

fn step<O: Optimizer>(
    rule: &mut O,
    learning_rate: f32,
    parameters: &mut [f32],
    gradients: &[f32],
    states: &mut [f32],
) {
    let count = parameters.len();
    let whole = count - count % LANES;
    rule.begin_step();
    for first in (0..whole).step_by(LANES) {
        let mut remembered = [Lanes::ZERO; 2];
        for (state, block) in remembered.iter_mut().zip(0..O::STATES) {
            *state = Lanes::load(&states[block * count + first..]);
        }
        let parameter = Lanes::load(&parameters[first..]);
        let gradient = Lanes::load(&gradients[first..]);
        rule.update(learning_rate, parameter, gradient, &mut remembered)
            .store(&mut parameters[first..]);
        for (state, block) in remembered.iter().zip(0..O::STATES) {
            state.store(&mut states[block * count + first..]);
        }
    }
    for i in whole..count {
        let mut remembered = [0.0; 2];
        for (state, block) in remembered.iter_mut().zip(0..O::STATES) {
            *state = states[block * count + i];
        }
        parameters[i] = rule.update(learning_rate, parameters[i], gradients[i], &mut remembered);
        for (state, block) in remembered.iter().zip(0..O::STATES) {
            states[block * count + i] = *state;
        }
    }
}
