//! What an experiment is, and what it is run with.

use std::ops::ControlFlow;
use std::time::Instant;

use serde::Serialize;
use thiserror::Error;
use tinyconv::Network;

use super::Axes;
use tinyconv_training::data::{DataError, Dataset, Samples};
use tinyconv_training::training::{
    Ending, Event, History, InvalidOptions, Score, TrainOptions, train_samples,
};

/// An experiment of a text.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::{Dataset, Inputs, Split};
/// use host_tools::reproduce::{Axes, Task, blog};
///
/// // This experiment makes its data itself.
/// let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
/// let split = Split::new(inputs, vec![0]);
/// let mnist = Dataset { train: split.clone(), test: split, classes: 10 };
/// let (axes, observe) = (Axes::default(), |_: &_| ControlFlow::Continue(()));
/// let task = Task { mnist: &mnist, seed: 1, quick: true, axes: &axes, observe: &observe };
/// let trial = (blog::SHAPES.run)(&task)?;
/// assert!(trial.result.accuracy > 0.25); // four classes
/// # Ok::<(), host_tools::reproduce::Failure>(())
/// ```
#[derive(Debug)]
pub struct Experiment {
    /// Its name on the command line.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
    /// The accuracy that the text reports, if it reports one.
    pub published: Option<f64>,
    /// What is run here, in a line.
    pub what: &'static str,
    /// About how many seconds a seed takes on one core; the longest trainings begin first.
    pub seconds: u32,
    /// Runs it with one seed.
    pub run: fn(&Task<'_>) -> Result<Trial, Failure>,
}

/// One seed of an experiment, to be run on the thread that calls.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::{Dataset, Inputs, Split};
/// use host_tools::reproduce::{Axes, Task, blog};
///
/// // This experiment makes its data itself.
/// let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
/// let split = Split::new(inputs, vec![0]);
/// let mnist = Dataset { train: split.clone(), test: split, classes: 10 };
/// let (axes, observe) = (Axes::default(), |_: &_| ControlFlow::Continue(()));
/// let task = Task { mnist: &mnist, seed: 1, quick: true, axes: &axes, observe: &observe };
/// assert_eq!((blog::SHAPES.run)(&task)?.seed, task.seed);
/// # Ok::<(), host_tools::reproduce::Failure>(())
/// ```
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// MNIST, or a data set of its form.
    pub mnist: &'a Dataset,
    /// The seed of everything random.
    pub seed: u64,
    /// Fewer epochs where the text used many.
    pub quick: bool,
    /// What a grid search tries.
    pub axes: &'a Axes,
    /// Told of every event of a training; `Break` ends it.
    pub observe: &'a (dyn Fn(&Event) -> ControlFlow<()> + Sync),
}

/// What an experiment gave with one seed.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::{Dataset, Inputs, Split};
/// use host_tools::reproduce::{Axes, Task, blog};
///
/// // This experiment makes its data itself.
/// let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
/// let split = Split::new(inputs, vec![0]);
/// let mnist = Dataset { train: split.clone(), test: split, classes: 10 };
/// let (axes, observe) = (Axes::default(), |_: &_| ControlFlow::Continue(()));
/// let task = Task { mnist: &mnist, seed: 1, quick: true, axes: &axes, observe: &observe };
/// let trial = (blog::SHAPES.run)(&task)?;
/// assert!(trial.grid.is_none() && !trial.history.epochs.is_empty());
/// # Ok::<(), host_tools::reproduce::Failure>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trial {
    /// The seed.
    pub seed: u64,
    /// The samples that the network was not trained with.
    pub result: Score,
    /// How long it took, on one core.
    pub seconds: f64,
    /// How it went; of a grid, its best training.
    pub history: History,
    /// What a search for the best settings found.
    pub grid: Option<Grid>,
}

/// A training for every pair of a learning rate and a weight decay.
///
/// ```
/// use host_tools::reproduce::Grid;
///
/// let grid = Grid {
///     learning_rates: vec![0.1, 1.0],
///     weight_decays: vec![0.0],
///     training: vec![0.99, f64::NAN], // it diverged
///     validation: vec![0.97, f64::NAN],
/// };
/// assert_eq!(grid.validation.len(), grid.learning_rates.len() * grid.weight_decays.len());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Grid {
    /// The rows.
    pub learning_rates: Vec<f32>,
    /// The columns.
    pub weight_decays: Vec<f32>,
    /// Accuracies with the training samples, row by row; not a number where training diverged.
    pub training: Vec<f64>,
    /// Accuracies with the others.
    pub validation: Vec<f64>,
}

/// Why an experiment has no result.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::{Dataset, Inputs, Split};
/// use host_tools::reproduce::{Axes, Task, Failure, notes};
///
/// // One image, where thousands are needed.
/// let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
/// let split = Split::new(inputs, vec![0]);
/// let mnist = Dataset { train: split.clone(), test: split, classes: 10 };
/// let (axes, observe) = (Axes::default(), |_: &_| ControlFlow::Continue(()));
/// let task = Task { mnist: &mnist, seed: 1, quick: true, axes: &axes, observe: &observe };
/// let failed = (notes::NOTES.run)(&task).unwrap_err();
/// assert!(matches!(failed, Failure::TooFewImages { needed: 10_000, found: 1 }));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Failure {
    /// The user ended it.
    #[error("it was interrupted")]
    Interrupted,
    /// The loss was no longer a number.
    #[error(
        "the loss of seed {seed} is no longer a finite number in epoch {epoch}: the recipe does \
         not suit this data; use the bundled MNIST"
    )]
    Diverged {
        /// The seed.
        seed: u64,
        /// The epoch, from 1.
        epoch: u32,
    },
    /// The data set is too small for the experiment.
    #[error(
        "the experiment needs the first {needed} training images, but there are only {found}: use \
         a larger data set"
    )]
    TooFewImages {
        /// As many as are needed.
        needed: usize,
        /// As many as there are.
        found: usize,
    },
    /// The samples are no images.
    #[error("the experiment needs images: give a directory of them")]
    NoImages,
    /// The data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The recipe does not fit the data.
    #[error(transparent)]
    Options(#[from] InvalidOptions),
}

impl Task<'_> {
    /// Trains network `N` on this thread, with the seed and the epochs of the task.
    ///
    /// # Errors
    /// If options and samples do not fit, the training diverges or is interrupted.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use host_tools::data::{Dataset, Inputs, Split, shapes};
    /// use host_tools::model::MODELS;
    /// use host_tools::reproduce::{Axes, Task, blog};
    ///
    /// // This experiment makes its data itself.
    /// let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
    /// let split = Split::new(inputs, vec![0]);
    /// let mnist = Dataset { train: split.clone(), test: split, classes: 10 };
    /// let (axes, observe) = (Axes::default(), |_: &_| ControlFlow::Continue(()));
    /// let task = Task { mnist: &mnist, seed: 1, quick: true, axes: &axes, observe: &observe };
    /// let (train, test) = shapes(500, 1).split(333);
    /// let trial = task.train::<blog::Shapes>(&train, &test, &MODELS[3].recipe())?;
    /// assert_eq!(trial.history.epochs.len(), 5);
    /// # Ok::<(), host_tools::reproduce::Failure>(())
    /// ```
    pub fn train<N: Network>(
        &self,
        train: &dyn Samples,
        test: &dyn Samples,
        options: &TrainOptions,
    ) -> Result<Trial, Failure> {
        let options = TrainOptions { seed: self.seed, threads: 1, ..*options };
        let start = Instant::now();
        let trained =
            train_samples::<N>(train, test, &options, &mut |event| (self.observe)(&event))?;
        let seed = self.seed;
        match trained.ending {
            Ending::Interrupted => Err(Failure::Interrupted),
            Ending::Diverged { epoch, .. } => Err(Failure::Diverged { seed, epoch }),
            Ending::Finished | Ending::StoppedEarly => Ok(Trial {
                seed,
                result: trained.test.score(),
                seconds: start.elapsed().as_secs_f64(),
                history: trained.history,
                grid: None,
            }),
        }
    }

    /// `all` epochs, or a fifth of them if it shall be quick; at least one.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use host_tools::data::{Dataset, Inputs, Split};
    /// use host_tools::reproduce::{Axes, Task};
    ///
    /// let inputs = Inputs::bytes([1, 28, 28], vec![0; 784]);
    /// let split = Split::new(inputs, vec![0]);
    /// let mnist = Dataset { train: split.clone(), test: split, classes: 10 };
    /// let (axes, observe) = (Axes::default(), |_: &_| ControlFlow::Continue(()));
    /// let task = Task { mnist: &mnist, seed: 1, quick: true, axes: &axes, observe: &observe };
    /// assert_eq!([50, 1].map(|all| task.epochs(all)), [10, 1]);
    /// assert_eq!(Task { quick: false, ..task }.epochs(50), 50);
    /// ```
    #[must_use]
    pub fn epochs(&self, all: u32) -> u32 {
        if self.quick { (all / 5).max(1) } else { all }
    }
}
