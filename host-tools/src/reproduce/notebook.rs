//! The LeNet-5 notebook: batch normalisation, dropout, a learning rate in steps, one epoch.
//!
//! **There.** Images padded to 32 x 32 and normalised (0.1307, 0.3081). Convolutions of 6, 16 and 120
//! filters of 5 x 5, each with batch normalisation and ReLU, the first two with max-pooling of 2;
//! dense 84 with ReLU, dropout that keeps 0.9, dense 10. SGD with momentum 0.9 and weight decay
//! 4e-4, learning rate 0.1 times 0.9 after every 30 steps, batches of 128, one epoch: 98.15 %.
//!
//! **Here.** The same, `cargo run --release -p host-tools -- reproduce notebook`.
//!
//! **What changed.** Nothing in the recipe. Weights are drawn as He and others suggest for ReLU.

use super::recipe::{MNIST, momentum, plain};
use super::{Experiment, Failure, Task, Trial};
use crate::data::ImageSamples;
use crate::training::{Curve, TrainOptions};

tinyconv::network! {
    /// The notebook's LeNet-5.
    pub Notebook: 1 x 32 x 32 {
        conv1: Conv2d { out: 6, kernel: 5 }, BatchNorm, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, BatchNorm, Relu, MaxPool2d { size: 2 },
        conv3: Conv2d { out: 120, kernel: 5 }, BatchNorm, Relu,
        hidden: Dense { out: 84 }, Relu, Dropout { keep: 0.9 },
        classify: Dense { out: 10 },
    }
}

/// The experiment.
pub static NOTEBOOK: Experiment = Experiment {
    name: "notebook",
    text: "LeNet-5 notebook",
    published: Some(0.9815),
    what: "LeNet-5 with batch norm and dropout on 32x32; SGD momentum 0.9, weight decay 4e-4, \
           learning rate 0.1 x 0.9 every 30 steps, batch 128, one epoch of MNIST",
    seconds: 10,
    run,
};

fn run(task: &Task<'_>) -> Result<Trial, Failure> {
    let (train, test) = (task.mnist.train.padded(2), task.mnist.test.padded(2));
    let options = TrainOptions {
        batch: 128,
        schedule: Curve::Step { every: 30, factor: 0.9 }.into(),
        optimizer: momentum(4e-4),
        ..plain()
    };
    let train = ImageSamples::plain(&train, MNIST);
    let test = ImageSamples::plain(&test, MNIST);
    task.train::<Notebook>(&train, &test, &options)
}
