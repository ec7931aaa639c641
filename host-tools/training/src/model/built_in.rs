//! The networks that the tool comes with, and how each is trained.

use tinyconv::loss::CrossEntropy;
use tinyconv::model_file::{Normalisation, Normalisations};
use tinyconv::optim::Sgd;
use tinyconv::{Deployed, Init};

use super::{Model, Of};
use crate::data::Augmentation;
use crate::networks::{Digits, DigitsDense, DigitsTiny, LeNet, Linear};
use crate::training::{Curve, LossKind, OptimizerKind, Schedule, TrainOptions};

/// The networks that the tool comes with; the first one is the one it trains if none is named.
///
/// The deployed form of one with batch normalisation is a network of its own, so that its model
/// files (`tinyconv export --format model`) are known, too.
///
/// ```
/// use tinyconv_training::model::MODELS;
///
/// let names = MODELS.map(|model| model.name());
/// assert_eq!(names, ["digits", "digits-tiny", "digits-dense", "linear", "lenet", "lenet-deployed"]);
/// ```
pub static MODELS: [&dyn Model; 6] = [
    &Of::<Digits>::new("digits", &[], digits_recipe),
    &Of::<DigitsTiny>::new("digits-tiny", &[], tiny_recipe),
    &Of::<DigitsDense>::new("digits-dense", &[], digits_recipe),
    &Of::<Linear>::new("linear", &[], linear_recipe),
    &Of::<LeNet>::new("lenet", &[], le_net_recipe).with_border(2),
    &Of::<Deployed<LeNet>>::new("lenet-deployed", &[], le_net_recipe).with_border(2),
];

fn digits_recipe() -> TrainOptions {
    TrainOptions {
        epochs: 20,
        batch: 32,
        learning_rate: 0.005,
        schedule: Curve::OneCycle.into(),
        optimizer: OptimizerKind::Adam(tinyconv::optim::Adam::default()),
        loss: LossKind::default(),
        init: tinyconv::Init::HeUniform,
        seed: 1,
        threads: all_threads(),
        validate_every: None,
        augmentation: Augmentation::DIGITS,
        normalisation: Normalisations::same(Normalisation { mean: 0.0, deviation: 255.0 }),
    }
}

/// A small network cannot learn all the variations that the larger ones gain from, and needs longer
/// to learn the digits; an epoch costs it less.
fn tiny_recipe() -> TrainOptions {
    TrainOptions {
        epochs: 40,
        learning_rate: 0.003,
        augmentation: Augmentation {
            shift_pixels: 1.0,
            rotation_degrees: 5.0,
            scale: 0.05,
            noise: 0.0,
        },
        ..digits_recipe()
    }
}

/// One layer has too few parameters to gain from varied images.
fn linear_recipe() -> TrainOptions {
    TrainOptions { epochs: 5, augmentation: Augmentation::NONE, ..digits_recipe() }
}

/// How a [`LeNet`] is trained, as a notebook has it: an epoch.
///
/// ```
/// use tinyconv_training::model::LE_NET;
///
/// // The learning rate after 30 and after 60 steps.
/// let rate = |step| LE_NET.schedule.learning_rate(LE_NET.learning_rate, step, 469);
/// assert!((rate(30) - 0.09).abs() < 1e-6 && (rate(60) - 0.081).abs() < 1e-6);
/// ```
pub const LE_NET: TrainOptions = TrainOptions {
    epochs: 1,
    batch: 128,
    learning_rate: 0.1,
    schedule: Schedule { warm_up: 0, curve: Curve::Step { every: 30, factor: 0.9 } },
    optimizer: OptimizerKind::Sgd(Sgd { momentum: 0.9, weight_decay: 4e-4, nesterov: false }),
    loss: LossKind::CrossEntropy(CrossEntropy { smoothing: 0.0 }),
    init: Init::HeUniform,
    seed: 1,
    threads: 1,
    validate_every: None,
    augmentation: Augmentation::NONE,
    normalisation: MNIST,
};

/// Mean and deviation of all pixels of MNIST's training images, as everybody rounds them.
///
/// ```
/// use tinyconv_training::model::MNIST;
///
/// let grey = MNIST.of(0);
/// assert_eq!((grey.mean, grey.deviation), (0.1307 * 255.0, 0.3081 * 255.0));
/// ```
pub const MNIST: Normalisations =
    Normalisations::same(Normalisation { mean: 0.1307 * 255.0, deviation: 0.3081 * 255.0 });

/// With more epochs, as many as its learning rate lasts for.
fn le_net_recipe() -> TrainOptions {
    TrainOptions { epochs: 5, threads: all_threads(), ..LE_NET }
}

/// As many threads as the machine runs at once.
///
/// ```
/// assert!(tinyconv_training::model::all_threads() >= 1);
/// ```
#[must_use]
pub fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
