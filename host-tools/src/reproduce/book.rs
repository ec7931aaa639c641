//! The book (chapter 5): one convolution, hyperbolic tangent, one dense layer, one epoch.
//!
//! **There.** 32 filters of 5 x 5 with the input's size kept, tanh, a dense layer of 10, softmax and
//! cross-entropy; SGD with momentum 0.9, learning rate 0.01, batches of 60, one epoch; pixels
//! standardised with one mean and one deviation for all. The accuracy on the test images is printed
//! every 100 batches. In NumPy, loop after loop, that is a matter of hours: 90.5 %.
//!
//! **Here.** The same, `cargo run --release -p host-tools -- reproduce book`, and the same lines as
//! the training goes on.
//!
//! **What changed.** Nothing in the recipe. Weights are drawn as Glorot and Bengio suggest, with
//! fan-in and fan-out of the whole layer.

use std::num::NonZeroU64;

use tinyconv::Init;
use tinyconv::loss::CrossEntropy;
use tinyconv::optim::Sgd;

use super::{Experiment, Failure, Task, Trial};
use tinyconv_training::data::{Augmentation, SplitSamples};
use tinyconv_training::model::MNIST;
use tinyconv_training::training::{Curve, LossKind, OptimizerKind, Schedule, TrainOptions};

tinyconv::network! {
    /// The book's network.
    ///
    /// ```
    /// assert_eq!(host_tools::reproduce::book::Book::PARAMS, (25 + 1) * 32 + (32 * 784 + 1) * 10);
    /// ```
    pub Book: 1 x 28 x 28 {
        conv: Conv2d { out: 32, kernel: 5, padding: same }, Tanh,
        classify: Dense { out: 10 },
    }
}

/// The experiment.
///
/// ```
/// assert_eq!(host_tools::reproduce::book::BOOK.name, "book");
/// ```
pub static BOOK: Experiment = Experiment {
    name: "book",
    text: "book, chapter 5",
    published: Some(0.905),
    what: "conv 32@5x5 same, tanh, dense 10; SGD momentum 0.9, learning rate 0.01, batch 60, one \
           epoch of MNIST",
    seconds: 20,
    run,
};

/// The options that the book and the lecture have in common.
pub(super) const OPTIONS: TrainOptions = TrainOptions {
    epochs: 1,
    batch: 60,
    learning_rate: 0.01,
    schedule: CONSTANT,
    optimizer: OptimizerKind::Sgd(MOMENTUM),
    loss: LossKind::CrossEntropy(CrossEntropy { smoothing: 0.0 }),
    init: Init::GlorotUniform,
    seed: 1,
    threads: 1,
    validate_every: NonZeroU64::new(100),
    augmentation: Augmentation::NONE,
    normalisation: MNIST,
};

/// The learning rate stays what it is.
pub(super) const CONSTANT: Schedule = Schedule { warm_up: 0, curve: Curve::Constant };

/// SGD with momentum 0.9.
pub(super) const MOMENTUM: Sgd = Sgd { momentum: 0.9, weight_decay: 0.0, nesterov: false };

fn run(task: &Task<'_>) -> Result<Trial, Failure> {
    let train = SplitSamples::plain(&task.mnist.train, MNIST);
    let test = SplitSamples::plain(&task.mnist.test, MNIST);
    task.train::<Book>(&train, &test, &OPTIONS)
}
