//! What a training run is told.

use std::num::NonZeroU64;

use thiserror::Error;
use tinyconv::Init;
use tinyconv::model_file::{ModelFileError, Normalisations};

use super::{
    EvaluateOptions, InvalidClassWeights, InvalidFreeze, InvalidLoss, InvalidOptimizer,
    InvalidSchedule, InvalidStart, InvalidState, InvalidValidation, LossKind, OptimizerKind,
    Schedule,
};
use crate::data::{Augmentation, DataError};
use crate::limits::{Limits, OverLimit};

/// Everything that a training run depends on, besides the network and the data.
///
/// The last two, augmentation and normalisation, are for images in bytes; other samples come as the
/// network takes them.
///
/// ```
/// use tinyconv_training::data::Augmentation;
/// use tinyconv_training::training::{Curve, OptimizerKind, TrainOptions};
/// use tinyconv::optim::Sgd;
///
/// // The recipe of `digits`, with another optimizer and schedule.
/// let options = TrainOptions {
///     optimizer: OptimizerKind::Sgd(Sgd::default()),
///     schedule: Curve::Cosine.into(),
///     ..TrainOptions::digits()
/// };
/// assert_eq!((options.epochs, options.batch), (20, 32));
/// assert_eq!(options.augmentation, Augmentation::DIGITS);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TrainOptions {
    /// Passes over the training data.
    pub epochs: u32,
    /// Samples per step.
    pub batch: usize,
    /// The largest learning rate.
    pub learning_rate: f32,
    /// How it changes.
    pub schedule: Schedule,
    /// The optimizer.
    pub optimizer: OptimizerKind,
    /// What is made small.
    pub loss: LossKind,
    /// How parameters begin.
    pub init: Init,
    /// The seed of everything random.
    pub seed: u64,
    /// Threads; the result does not depend on them.
    pub threads: usize,
    /// Evaluates the network every so many batches, too, not only after each epoch.
    pub validate_every: Option<NonZeroU64>,
    /// How training images are varied.
    pub augmentation: Augmentation,
    /// How inputs are made from bytes: in one way for all channels, or in one for each.
    pub normalisation: Normalisations,
}

/// Options that no run can be made with.
///
/// ```
/// use tinyconv_training::training::{InvalidOptions, TrainOptions};
///
/// let error = TrainOptions { threads: 0, ..TrainOptions::digits() }.validate().unwrap_err();
/// assert!(matches!(error, InvalidOptions::NoThreads));
/// assert_eq!(error.to_string(), "0 threads cannot work: use --threads 1 or more");
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InvalidOptions {
    /// No epochs.
    #[error("0 epochs would train nothing: use --epochs 1 or more")]
    NoEpochs,
    /// An empty batch.
    #[error("a batch of 0 samples has no gradient: use --batch 1 or more")]
    EmptyBatch,
    /// A learning rate that is no positive number.
    #[error("the learning rate {0} is not a positive, finite number: try --learning-rate 0.005")]
    LearningRate(f32),
    /// No threads.
    #[error("0 threads cannot work: use --threads 1 or more")]
    NoThreads,
    /// The network would take more than may be spent on it.
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
    /// The threads could not be started.
    #[error("cannot start the threads: use fewer (--threads)")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// An optimizer with settings out of their limits.
    #[error(transparent)]
    Optimizer(#[from] InvalidOptimizer),
    /// A schedule with numbers out of their limits.
    #[error(transparent)]
    Schedule(#[from] InvalidSchedule),
    /// A loss with a smoothing out of its limits.
    #[error(transparent)]
    Loss(#[from] InvalidLoss),
    /// Augmentation out of its limits.
    #[error(transparent)]
    Augmentation(#[from] DataError),
    /// Normalisations that are no numbers, or not as many as the input has channels.
    #[error(transparent)]
    Normalisation(#[from] ModelFileError),
    /// Targets that the loss cannot be taken of.
    #[error(
        "the targets of {name} sample {index} are not {expected}, as {loss} takes them: use --loss \
         mean-squared-error, or correct them"
    )]
    Targets {
        /// Which set it is in.
        name: &'static str,
        /// The sample.
        index: usize,
        /// The loss.
        loss: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// A share that cannot be kept apart to validate with.
    #[error(transparent)]
    Validation(#[from] InvalidValidation),
    /// Something to be chosen, and only the test samples to choose by.
    #[error(
        "{option} compares epochs, and what is chosen by the test samples is not tested by them: add \
         --validate 0.1"
    )]
    NothingToChooseBy {
        /// What asks for a choice.
        option: &'static str,
    },
    /// Weights that there are not, or not for the data.
    #[error(transparent)]
    ClassWeights(#[from] InvalidClassWeights),
    /// Layers that cannot stay as they are.
    #[error(transparent)]
    Freeze(#[from] InvalidFreeze),
    /// Another model's parameters that the network cannot start with.
    #[error(transparent)]
    Start(#[from] InvalidStart),
    /// A state that the run cannot go on from.
    #[error(transparent)]
    State(#[from] InvalidState),
    /// Nothing to train with, or nothing to evaluate with.
    #[error("there are no {0} samples: give at least one")]
    NoSamples(&'static str),
    /// Samples of another size than the network takes.
    #[error(
        "the {name} samples have {found} numbers each, but the network takes {expected}: use \
         samples that fit, or another network"
    )]
    SampleSize {
        /// Which set they are in.
        name: &'static str,
        /// Numbers in a sample.
        found: usize,
        /// The network's input.
        expected: String,
    },
    /// Targets of another size than the network's output.
    #[error(
        "the {name} samples have targets of {found} numbers, but the network has {expected} \
         outputs: give one number for each"
    )]
    TargetSize {
        /// Which set they are in.
        name: &'static str,
        /// Numbers in a target.
        found: usize,
        /// The network's outputs.
        expected: usize,
    },
    /// Samples of a class that the network does not know.
    #[error(
        "{name} sample {index} is of class {label}, but the network has {classes} classes: use \
         other samples, or a network with more outputs"
    )]
    Label {
        /// Which set it is in.
        name: &'static str,
        /// The sample.
        index: u32,
        /// Its class.
        label: u16,
        /// The network's classes.
        classes: usize,
    },
    /// More outputs than an evaluation can tell apart.
    #[error(
        "the network has {0} outputs; at most {limit} classes can be told apart",
        limit = super::train::MOST_OUTPUTS
    )]
    Outputs(usize),
    /// Samples of another shape than the network takes.
    #[error(
        "the samples are {found}, but the network takes {expected}: use another data set (--data) \
         or another network (--model)"
    )]
    InputSize {
        /// The samples.
        found: String,
        /// The network's input.
        expected: String,
    },
    /// Variations of images, for samples that are numbers.
    #[error(
        "only images can be moved, turned and resized, and these samples are numbers: use \
         --augment none"
    )]
    NoImages,
}

impl TrainOptions {
    /// How the run evaluates. Whoever can train a network can evaluate it: there are no limits.
    ///
    /// ```
    /// use tinyconv_training::training::{LossKind, TrainOptions};
    ///
    /// let loss = LossKind::MeanSquaredError;
    /// let evaluation = TrainOptions { loss, threads: 3, ..TrainOptions::digits() }.evaluation();
    /// assert_eq!((evaluation.loss, evaluation.threads), (loss, 3));
    /// ```
    #[must_use]
    pub const fn evaluation(&self) -> EvaluateOptions {
        let Self { normalisation, loss, threads, .. } = *self;
        EvaluateOptions { normalisation, loss, threads, limits: Limits::NONE }
    }

    /// Checks the options that do not need the data.
    ///
    /// # Errors
    /// If no run can be made with them.
    ///
    /// ```
    /// use tinyconv_training::training::TrainOptions;
    ///
    /// assert!(TrainOptions::digits().validate().is_ok());
    /// assert!(TrainOptions { learning_rate: -0.1, ..TrainOptions::digits() }.validate().is_err());
    /// ```
    pub fn validate(&self) -> Result<(), InvalidOptions> {
        if self.epochs == 0 {
            return Err(InvalidOptions::NoEpochs);
        }
        if self.batch == 0 {
            return Err(InvalidOptions::EmptyBatch);
        }
        if !(self.learning_rate.is_finite() && self.learning_rate > 0.0) {
            return Err(InvalidOptions::LearningRate(self.learning_rate));
        }
        if self.threads == 0 {
            return Err(InvalidOptions::NoThreads);
        }
        self.optimizer.validate()?;
        self.schedule.validate()?;
        self.loss.validate()?;
        Ok(self.augmentation.validate()?)
    }
}
