//! What the texts' recipes have in common.

use tinyconv::Init;
use tinyconv::model_file::Normalisation;
use tinyconv::optim::{Descent, Sgd};

use crate::data::Augmentation;
use crate::training::{Curve, LossKind, OptimizerKind, TrainOptions};

/// Mean and deviation of all pixels of MNIST's training images, as everybody rounds them.
pub const MNIST: Normalisation = Normalisation { mean: 0.1307 * 255.0, deviation: 0.3081 * 255.0 };

/// Pixels from 0 to 1.
pub const UNIT: Normalisation = Normalisation { mean: 0.0, deviation: 255.0 };

/// One epoch of plain descent on softmax and cross-entropy, batches of 32 samples as they are, a
/// learning rate of 0.1.
pub fn plain() -> TrainOptions {
    TrainOptions {
        epochs: 1,
        batch: 32,
        learning_rate: 0.1,
        schedule: Curve::Constant.into(),
        optimizer: OptimizerKind::Descent(Descent::default()),
        loss: LossKind::default(),
        init: Init::HeUniform,
        seed: 1,
        threads: 1,
        validate_every: None,
        augmentation: Augmentation::NONE,
        normalisation: UNIT,
    }
}

/// SGD with momentum 0.9 and this weight decay.
pub fn momentum(weight_decay: f32) -> OptimizerKind {
    OptimizerKind::Sgd(Sgd { momentum: 0.9, weight_decay, nesterov: false })
}
