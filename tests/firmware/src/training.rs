//! The two ways of training that are under test: a step per sample, in place, and a step per mini-batch.

use tinyconv::optim::Descent;
use tinyconv::tuning::{MiniBatch, PerSample, Trainer};

use crate::model::Net;

/// Of the steps of one sample.
pub const LEARNING_RATE: f32 = 0.01;
/// Of the steps of a mini-batch.
pub const BATCH_LEARNING_RATE: f32 = 0.05;
/// Samples of a mini-batch.
pub const BATCH: u32 = 16;

/// What is trained.
#[cfg(not(feature = "head"))]
pub type Part = tinyconv::tuning::All;
/// What is trained.
#[cfg(feature = "head")]
pub type Part = tinyconv::tuning::Last<1>;

/// How mini-batches are followed.
#[cfg(not(feature = "momentum"))]
pub type Rule = Descent;
/// How mini-batches are followed.
#[cfg(feature = "momentum")]
pub type Rule = tinyconv::optim::Sgd;

tinyconv::trainer! {
    /// The memory of steps of one sample.
    pub Samples: Net { trains: Part, optimizer: Descent, mode: PerSample }
}
tinyconv::trainer! {
    /// The memory of steps of a mini-batch.
    pub Batches: Net { trains: Part, optimizer: Rule, mode: MiniBatch<BATCH> }
}

/// Trains sample by sample.
pub type SampleTrainer = Trainer<'static, Net, Part, Descent, PerSample>;
/// Trains mini-batch by mini-batch.
pub type BatchTrainer = Trainer<'static, Net, Part, Rule, MiniBatch<BATCH>>;
