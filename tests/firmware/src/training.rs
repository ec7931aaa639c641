//! The two ways of training that are under test: a step per sample, in place, and a step per mini-batch.

use tinyconv::optim::{Descent, Optimizer};
use tinyconv::{Accumulate, Immediate, Network, Outcome, Scratch};

use crate::model::{Input, Net};

/// Of the steps of one sample.
pub const LEARNING_RATE: f32 = 0.01;
/// Of the steps of a mini-batch.
pub const BATCH_LEARNING_RATE: f32 = 0.05;
/// Samples in a mini-batch.
pub const BATCH: usize = 16;

/// How mini-batches are followed.
#[cfg(not(feature = "momentum"))]
pub type Rule = Descent;
/// How mini-batches are followed.
#[cfg(feature = "momentum")]
pub type Rule = tinyconv::optim::Sgd;

/// A number for each parameter, in RAM.
pub type Parameters = [f32; Net::PARAMS];
/// What the optimizer of mini-batches remembers.
pub type States = [f32; Net::PARAMS * Rule::STATES];
/// See [`tinyconv::Scratch`].
pub type Elements = [f32; Net::TRAIN_SCRATCH];
/// See [`tinyconv::Scratch`].
pub type Choices = [u8; Net::TRAIN_CHOICES];

/// First values of the buffers, which an image keeps in statics.
pub const PARAMETERS: Parameters = [0.0; Net::PARAMS];
/// See [`PARAMETERS`].
pub const STATES: States = [0.0; Net::PARAMS * Rule::STATES];
/// See [`PARAMETERS`].
pub const ELEMENTS: Elements = [0.0; Net::TRAIN_SCRATCH];
/// See [`PARAMETERS`].
pub const CHOICES: Choices = [0; Net::TRAIN_CHOICES];

/// One step for one sample, in place.
#[inline(always)]
pub fn step(
    parameters: &mut Parameters,
    input: &Input,
    label: u8,
    elements: &mut Elements,
    choices: &mut Choices,
) -> Outcome<f32> {
    Net::gradients(
        Immediate {
            optimizer: &Descent::default(),
            learning_rate: LEARNING_RATE,
            parameters,
            states: [&mut [], &mut []],
        },
        input,
        label,
        1.0,
        Scratch { elements, choices },
    )
}

/// Adds the gradients of one sample of a mini-batch.
#[inline(always)]
pub fn accumulate(
    parameters: &Parameters,
    gradients: &mut Parameters,
    input: &Input,
    label: u8,
    elements: &mut Elements,
    choices: &mut Choices,
) -> Outcome<f32> {
    Net::gradients(
        Accumulate { parameters, gradients },
        input,
        label,
        1.0 / BATCH as f32,
        Scratch { elements, choices },
    )
}

/// Ends a mini-batch: one step, and no gradients for the next.
#[inline(always)]
pub fn end_batch(
    rule: &mut Rule,
    parameters: &mut Parameters,
    gradients: &mut Parameters,
    states: &mut States,
) {
    rule.step(BATCH_LEARNING_RATE, parameters, gradients, states);
    gradients.fill(0.0);
}
