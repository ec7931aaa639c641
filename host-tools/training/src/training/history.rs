//! What a run was like, to be looked at or drawn afterwards.

use serde::Serialize;

/// How well a network does, in two numbers.
///
/// ```
/// use tinyconv_training::training::{Evaluation, Score};
///
/// let evaluation = Evaluation { loss: 0.5, confusion: vec![vec![1, 1], vec![0, 2]], targets: 0 };
/// assert_eq!(evaluation.score(), Score { loss: 0.5, accuracy: 0.75 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Mean loss.
    pub loss: f64,
    /// Share of samples classified correctly; no number where samples have no classes.
    pub accuracy: f64,
}

/// A moment of a run.
///
/// ```
/// use tinyconv_training::training::{Point, Score};
///
/// let (training, validation) =
///     (Score { loss: 0.5, accuracy: 0.8 }, Score { loss: 0.4, accuracy: 0.9 });
/// let point = Point { epoch: 1, batch: 1875, training, validation };
/// assert!(point.validation.loss < point.training.loss); // dropout, or varied images
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The epoch, from 1.
    pub epoch: u32,
    /// Batches done in this epoch.
    pub batch: u64,
    /// Training samples of the epoch so far, each as the network did when it saw it.
    pub training: Score,
    /// All validation samples, or all test samples where there are none.
    pub validation: Score,
}

/// The moments of a run at which the network was evaluated.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Augmentation, Dataset, Inputs, Split};
/// use tinyconv_training::training::{TrainOptions, train};
///
/// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
/// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
/// # let split = Split::new(inputs, vec![0, 1, 0, 1]);
/// # let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// # let options = TrainOptions {
/// #     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..TrainOptions::digits()
/// # };
/// let trained = train::<Brighter>(&dataset, &options, &mut |_| ControlFlow::Continue(()))?;
/// let [first, .., last] = &trained.history.epochs[..] else { panic!("fifty epochs") };
/// assert!(last.validation.loss < first.validation.loss);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct History {
    /// The ends of its epochs.
    pub epochs: Vec<Point>,
    /// Within epochs, if [`TrainOptions::validate_every`](super::TrainOptions::validate_every) asks
    /// for it.
    pub within: Vec<Point>,
}
