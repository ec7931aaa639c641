//! The physics lecture notes: an "untraditional" network on 10 000 images.
//!
//! **There.** Seven filters of 7 x 1; average-pooling and max-pooling of 2, one row and column at a
//! time; one filter of 4 x 4, two rows and three columns at a time; one of 2 x 2 with sigmoid;
//! max-pooling of 2; dense layers of 100, 10 (sigmoid), 101 (identity) and 10 (softmax). 10 000 images
//! of MNIST, 100 epochs: 99 % is claimed.
//!
//! **Here.** The first 10 000 training images: 8 000 to train with, 2 000 to judge by, which the
//! training never sees. `cargo run --release -p host-tools -- reproduce notes`.
//!
//! **What changed.** As it is there (100 epochs, images as they are) the network knows all of its
//! training images in the end, and 94.5 % of the others. The one-channel map in the middle leaves a
//! small dense network on 96 numbers, which needs more than 8 000 images to generalise: so they are
//! varied (shifts, rotations, sizes), the learning rate follows one cycle, and there are 1000 epochs.
//! That is nearer to 99 %, and still below: 97.1 % is the median of three seeds. Stronger and weaker
//! variations, larger batches and identity in the second convolution gave no more; identity everywhere
//! and fewer epochs gave less. A claim of 99 % fits images that the network was trained with: when a
//! thousand of the 2 000 were among these, it was right on 98.45 % of them all.
//!
//! Activations that the notes do not name are ReLU. Their image filters are `tinyconv filter`.

use tinyconv::Init;
use tinyconv::model_file::{Normalisation, Normalisations};
use tinyconv::optim::Adam;

use super::book::OPTIONS as USUAL;
use super::{Experiment, Failure, Task, Trial};
use tinyconv_training::data::{Augmentation, SplitSamples};
use tinyconv_training::training::{Curve, OptimizerKind, Schedule, TrainOptions};

tinyconv::network! {
    /// The notes' network, with ReLU where they name no activation.
    ///
    /// ```
    /// use host_tools::reproduce::notes::Notes;
    /// use tinyconv::Network;
    /// use tinyconv::plan::Dims;
    ///
    /// assert_eq!((Notes::OUTPUT, Notes::LAYERS.len()), (Dims::Vector(10), 15));
    /// ```
    pub Notes: 1 x 28 x 28 {
        rows: Conv2d { out: 7, kernel: (7, 1), padding: same }, Relu,
        AvgPool2d { size: 2, stride: 1 },
        MaxPool2d { size: 2, stride: 1 },
        one: Conv2d { out: 1, kernel: 4, stride: (2, 3), padding: same }, Relu,
        small: Conv2d { out: 1, kernel: 2, padding: same }, Sigmoid,
        MaxPool2d { size: 2, stride: 1 },
        hidden: Dense { out: 100 }, Relu,
        narrow: Dense { out: 10 }, Sigmoid,
        wide: Dense { out: 101 },
        classify: Dense { out: 10 },
    }
}

/// The experiment.
///
/// ```
/// assert_eq!(host_tools::reproduce::notes::NOTES.name, "notes");
/// ```
pub static NOTES: Experiment = Experiment {
    name: "notes",
    text: "physics lecture notes",
    published: Some(0.99),
    what: "the \"untraditional\" network; Adam, learning rate 0.003 (one cycle), batch 32, 1000 \
           epochs of 8 000 MNIST images, varied, judged by 2 000 others",
    seconds: 150,
    run,
};

/// Images in all.
const IMAGES: usize = 10_000;

/// Of these, to train with; the others are for validation.
const TRAINING: usize = 8_000;

const OPTIONS: TrainOptions = TrainOptions {
    epochs: 1000,
    batch: 32,
    learning_rate: 0.003,
    schedule: Schedule { warm_up: 0, curve: Curve::OneCycle },
    init: Init::HeUniform,
    validate_every: None,
    augmentation: Augmentation {
        shift_pixels: 2.0,
        rotation_degrees: 15.0,
        scale: 0.15,
        noise: 0.0,
    },
    normalisation: Normalisations::same(Normalisation { mean: 0.0, deviation: 255.0 }),
    ..USUAL
};

fn run(task: &Task<'_>) -> Result<Trial, Failure> {
    let all = &task.mnist.train;
    if all.labels.len() < IMAGES {
        return Err(Failure::TooFewImages { needed: IMAGES, found: all.labels.len() });
    }
    let (train, validation) = (all.select(0..TRAINING), all.select(TRAINING..IMAGES));
    let TrainOptions { augmentation, normalisation, .. } = OPTIONS;
    let seed = task.seed;
    let train = SplitSamples { split: &train, normalisation, augmentation, seed };
    let validation = SplitSamples::plain(&validation, normalisation);
    let options = TrainOptions {
        epochs: task.epochs(OPTIONS.epochs),
        optimizer: OptimizerKind::Adam(Adam::default()),
        ..OPTIONS
    };
    task.train::<Notes>(&train, &validation, &options)
}
