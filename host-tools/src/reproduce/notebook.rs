//! The notebook: LeNet-5 with batch normalisation.
//!
//! **There.** MNIST with two rows and columns of zeros around it, normalised with mean 0.1307 and
//! deviation 0.3081; convolutions to 6, 16 and 120 channels of 5 x 5, each with batch normalisation
//! and ReLU, the first two with max-pooling; dense layers of 84 (ReLU, dropout that keeps 0.9) and
//! 10; SGD with momentum 0.9 and weight decay 4e-4, learning rate 0.1 times 0.9 every 30 steps,
//! batches of 128, one epoch: 98.15 %.
//!
//! **Here.** The same, `cargo run --release -p host-tools -- reproduce notebook`. A device gets the
//! network without batch normalisation and dropout, [`Deployed`](tinyconv::Deployed).
//!
//! **What changed.** Nothing in the recipe. Weights are drawn uniformly as PyTorch's defaults are, but
//! with the deviation that He et al. suggest; biases are zero.

use super::book::OPTIONS as USUAL;
use super::{Experiment, Failure, Task, Trial};
use tinyconv_training::data::SplitSamples;
use tinyconv_training::model::{LE_NET, MNIST};
use tinyconv_training::networks::LeNet;
use tinyconv_training::training::TrainOptions;

/// The experiment.
///
/// ```
/// assert_eq!(host_tools::reproduce::notebook::NOTEBOOK.name, "notebook");
/// ```
pub static NOTEBOOK: Experiment = Experiment {
    name: "notebook",
    text: "LeNet-5 notebook",
    published: Some(0.9815),
    what: "LeNet-5 with batch normalisation on 32x32; SGD momentum 0.9, weight decay 4e-4, \
           learning rate 0.1 x 0.9 every 30 steps, batch 128, one epoch of MNIST",
    seconds: 5,
    run,
};

/// The recipe.
///
/// ```
/// use host_tools::reproduce::notebook::OPTIONS;
///
/// assert_eq!((OPTIONS.epochs, OPTIONS.batch), (1, 128));
/// ```
pub const OPTIONS: TrainOptions = TrainOptions { validate_every: USUAL.validate_every, ..LE_NET };

/// Rows and columns of zeros on every side.
const BORDER: usize = 2;

fn run(task: &Task<'_>) -> Result<Trial, Failure> {
    let (train, test) = (task.mnist.train.padded(BORDER), task.mnist.test.padded(BORDER));
    let train = SplitSamples::plain(&train, MNIST);
    let test = SplitSamples::plain(&test, MNIST);
    task.train::<LeNet>(&train, &test, &OPTIONS)
}
