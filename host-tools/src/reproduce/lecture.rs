//! The lecture ("09.4"): the book's network, its inputs standardised pixel by pixel.
//!
//! **There.** 1-D and 2-D convolutions with their gradients by hand, then a network: 32 filters of
//! 5 x 5 with the input's size kept, tanh, dropout that keeps 0.8, a dense layer of 10; Glorot's
//! weights, softmax and cross-entropy, SGD with momentum 0.9, learning rate 0.01, batches of 60, one
//! epoch. Every pixel has the mean and the deviation that it has over the training images: 91.53 %.
//!
//! **Here.** The same, `cargo run --release -p host-tools -- reproduce lecture`.
//!
//! **What changed.** Pixels that are the same in all training images have a deviation of 0; here
//! they become 0.

use super::book::OPTIONS;
use super::{Experiment, Failure, Task, Trial};
use tinyconv_training::data::{PixelScale, Standardised};

tinyconv::network! {
    /// The lecture's network.
    ///
    /// ```
    /// use host_tools::reproduce::{book::Book, lecture::Lecture};
    ///
    /// assert_eq!(Lecture::PARAMS, Book::PARAMS); // dropout has none
    /// ```
    pub Lecture: 1 x 28 x 28 {
        conv: Conv2d { out: 32, kernel: 5, padding: same }, Tanh, Dropout { keep: 0.8 },
        classify: Dense { out: 10 },
    }
}

/// The experiment.
///
/// ```
/// assert_eq!(host_tools::reproduce::lecture::LECTURE.name, "lecture");
/// ```
pub static LECTURE: Experiment = Experiment {
    name: "lecture",
    text: "lecture 09.4",
    published: Some(0.9153),
    what: "conv 32@5x5 same, tanh, dropout keeping 0.8, dense 10; pixels standardised one by one; SGD \
           momentum 0.9, learning rate 0.01, batch 60, one epoch of MNIST",
    seconds: 20,
    run,
};

fn run(task: &Task<'_>) -> Result<Trial, Failure> {
    let [train, test] = [&task.mnist.train, &task.mnist.test];
    let [Some(images), Some(test_images)] = [train.images(), test.images()] else {
        return Err(Failure::NoImages);
    };
    let scale = PixelScale::of(images);
    let train = Standardised { images, labels: &train.labels, scale: &scale };
    let test = Standardised { images: test_images, labels: &test.labels, scale: &scale };
    task.train::<Lecture>(&train, &test, &OPTIONS)
}
