//! The blog ("CNN from scratch"), first part: four shapes of 3 x 3 pixels.
//!
//! **There.** 500 images of a vertical line, a horizontal line, a cross or a diamond, each pixel with
//! uniform noise of +-0.25; two thirds to train with. Four filters of 2 x 2, flattened, a dense layer
//! of 8 with ReLU, one of 4 with sigmoid; mean squared error, learning rate 0.1, batches of 16, 50
//! epochs: 100 %.
//!
//! **Here.** The same, `cargo run --release -p host-tools -- reproduce blog-shapes`.
//!
//! **What changed.** SGD has a momentum of 0.9 here: the mean squared error is the mean over the
//! outputs, too, and through a sigmoid its gradients are small. The cross is upright, so that only
//! its centre tells it from the diamond; the classes take turns.

use super::recipe::{momentum, plain};
use super::{Experiment, Failure, Task, Trial};
use crate::data::shapes;
use crate::training::{LossKind, TrainOptions};

tinyconv::network! {
    /// The blog's network for shapes.
    pub BlogShapes: 1 x 3 x 3 {
        conv: Conv2d { out: 4, kernel: 2 }, Flatten,
        hidden: Dense { out: 8 }, Relu,
        classify: Dense { out: 4 }, Sigmoid,
    }
}

/// The experiment.
pub static BLOG_SHAPES: Experiment = Experiment {
    name: "blog-shapes",
    text: "blog, shapes",
    published: Some(1.0),
    what: "conv 4@2x2, dense 8, ReLU, dense 4, sigmoid; mean squared error, SGD momentum 0.9, \
           learning rate 0.1, batch 16, 50 epochs of 333 shapes, judged by 167 others",
    seconds: 1,
    run,
};

const SHAPES: u32 = 500;
const TRAINING: usize = 333;

fn run(task: &Task<'_>) -> Result<Trial, Failure> {
    let (train, test) = shapes(SHAPES, task.seed).split(TRAINING);
    let options = TrainOptions {
        epochs: task.epochs(50),
        batch: 16,
        optimizer: momentum(0.0),
        loss: LossKind::MeanSquaredError,
        ..plain()
    };
    task.train::<BlogShapes>(&train, &test, &options)
}
