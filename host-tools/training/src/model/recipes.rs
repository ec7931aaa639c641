//! How networks for digits are trained.

use tinyconv::Init;
use tinyconv::loss::CrossEntropy;
use tinyconv::model_file::{Normalisation, Normalisations};
use tinyconv::optim::Sgd;

use crate::data::Augmentation;
use crate::training::{Curve, LossKind, OptimizerKind, Schedule, TrainOptions};

impl TrainOptions {
    /// How [`Digits`](crate::networks::Digits) is trained, and what a recipe of one's own can begin with.
    ///
    /// ```
    /// use tinyconv_training::training::TrainOptions;
    ///
    /// let recipe = TrainOptions { epochs: 3, ..TrainOptions::digits() };
    /// assert_eq!((recipe.epochs, recipe.batch, recipe.learning_rate), (3, 32, 0.005));
    /// ```
    #[must_use]
    pub fn digits() -> Self {
        Self {
            epochs: 20,
            batch: 32,
            learning_rate: 0.005,
            schedule: Curve::OneCycle.into(),
            optimizer: OptimizerKind::Adam(tinyconv::optim::Adam::default()),
            loss: LossKind::default(),
            init: Init::HeUniform,
            seed: 1,
            threads: all_threads(),
            validate_every: None,
            augmentation: Augmentation::DIGITS,
            normalisation: Normalisations::same(Normalisation { mean: 0.0, deviation: 255.0 }),
        }
    }
}

/// How a [`LeNet`](crate::networks::LeNet) is trained, as a notebook has it: an epoch.
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

/// As many threads as the machine runs at once.
///
/// ```
/// assert!(tinyconv_training::model::all_threads() >= 1);
/// ```
#[must_use]
pub fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
