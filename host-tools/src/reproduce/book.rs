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

use super::recipe::{MNIST, momentum, plain};
use super::{Experiment, Failure, Task, Trial};
use crate::data::ImageSamples;
use crate::training::TrainOptions;

tinyconv::network! {
    /// The book's network.
    pub Book: 1 x 28 x 28 {
        conv: Conv2d { out: 32, kernel: 5, padding: same }, Tanh,
        classify: Dense { out: 10 },
    }
}

/// The experiment.
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
pub(super) fn options() -> TrainOptions {
    TrainOptions {
        batch: 60,
        learning_rate: 0.01,
        optimizer: momentum(0.0),
        init: Init::GlorotUniform,
        validate_every: NonZeroU64::new(100),
        ..plain()
    }
}

fn run(task: &Task<'_>) -> Result<Trial, Failure> {
    let train = ImageSamples::plain(&task.mnist.train, MNIST);
    let test = ImageSamples::plain(&task.mnist.test, MNIST);
    task.train::<Book>(&train, &test, &options())
}
