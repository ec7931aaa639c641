//! The result of a run.

use super::{Evaluation, History};

/// The result of a run.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Augmentation, Dataset, Inputs, Split};
/// use tinyconv_training::training::{Ending, TrainOptions, Trained, train};
///
/// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
/// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
/// # let split = Split::new(inputs, vec![0, 1, 0, 1]);
/// # let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// # let options = TrainOptions {
/// #     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..TrainOptions::digits()
/// # };
/// let trained: Trained =
///     train::<Brighter>(&dataset, &options, &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!((trained.ending, trained.parameters.len()), (Ending::Finished, Brighter::PARAMS));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trained {
    /// The parameters.
    pub parameters: Vec<f32>,
    /// How they do on the test set.
    pub test: Evaluation,
    /// Epochs begun.
    pub epochs: u32,
    /// The epoch after which the parameters were so: the last one, or the best one.
    pub kept: u32,
    /// Training images per second, evaluation left out.
    pub images_per_second: f64,
    /// How it ended.
    pub ending: Ending,
    /// How it went.
    pub history: History,
}

/// Why a run ended.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Augmentation, Dataset, Inputs, Split};
/// use tinyconv_training::training::{Ending, TrainOptions, train};
///
/// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
/// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
/// # let split = Split::new(inputs, vec![0, 1, 0, 1]);
/// # let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// # let options = TrainOptions {
/// #     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..TrainOptions::digits()
/// # };
/// let trained = train::<Brighter>(&dataset, &options, &mut |_| ControlFlow::Break(()))?;
/// assert_eq!((trained.ending, trained.epochs), (Ending::Interrupted, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All epochs are done.
    Finished,
    /// So many epochs in a row were no better as [`RunOptions::patience`](super::RunOptions::patience)
    /// waits for.
    StoppedEarly,
    /// The observer asked for it.
    Interrupted,
    /// The loss, or a number that the optimizer remembers, was no longer finite; the parameters are the
    /// last good ones.
    Diverged {
        /// The epoch, from 1.
        epoch: u32,
        /// Whether any good state was kept after the first one.
        learnt: bool,
    },
}
