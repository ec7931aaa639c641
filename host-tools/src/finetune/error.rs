//! Why a network was not fine-tuned, in words that say what to do.

use thiserror::Error;
use tinyconv::tuning::TuneError;

use super::Trains;
use crate::data::listed;
use crate::interpret::InterpretError;
use crate::limits::OverLimit;
use crate::training::InvalidOptions;

/// Why a session of fine-tuning was not held, or not to its end.
///
/// ```
/// use host_tools::finetune::{FinetuneOptions, Trains};
///
/// let options = FinetuneOptions { epochs: 0, ..FinetuneOptions::new(Trains::All) };
/// let error = options.validate().unwrap_err();
/// assert_eq!(error.to_string(), "0 epochs would train nothing: use --epochs 1 or more");
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FinetuneError {
    /// The session would take more than may be spent on it.
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
    /// A set without samples.
    #[error("0 samples are too few: use --{option} 1 or more")]
    NoSamples {
        /// The option of the set.
        option: &'static str,
    },
    /// No epochs.
    #[error("0 epochs would train nothing: use --epochs 1 or more")]
    NoEpochs,
    /// A learning rate that is no positive number.
    #[error("the learning rate {0} is not a positive, finite number: try --learning-rate 0.01")]
    LearningRate(f32),
    /// An angle that is none.
    #[error("the angle {0} is not a number of degrees from -180 to 180: try --angle 25")]
    Angle(f32),
    /// The samples are no images.
    #[error("a session's samples are images, and these are numbers: give images (--data)")]
    NoImages,
    /// The data set is too small.
    #[error(
        "the session needs {needed} test images of class {class}, but the data set has {found}: \
         use smaller numbers (--shown, --replay, --check, --held) or another data set (--data)"
    )]
    TooFewImages {
        /// The class.
        class: usize,
        /// Images of it that are needed.
        needed: usize,
        /// Images of it that there are.
        found: usize,
    },
    /// A hand for a model of something else.
    #[error(
        "the new handwriting is drawn from the digits 0 to 9, but the model tells apart {}: give new \
         samples of its classes with --shown DIR --held DIR",
        listed(.labels)
    )]
    NotDigits {
        /// Classes of the model.
        labels: Vec<String>,
    },
    /// Samples that have no class.
    #[error(
        "a session's samples have classes, and these have numbers to be told: give class folders"
    )]
    NoClasses,
    /// No class has enough samples for some to be left to judge by.
    #[error(
        "no class has two samples to hold back, one to check with and one to judge by: put more into \
         the directory of --held"
    )]
    TooFewHeld,
    /// The old samples are needed for two things.
    #[error(
        "{replay} of {found} old samples to replay leave none to measure forgetting with: use --replay \
         {fitting}, or a larger data set (--data)"
    )]
    TooFewOld {
        /// Samples to replay.
        replay: usize,
        /// Old samples.
        found: usize,
        /// The most that can be replayed.
        fitting: usize,
    },
    /// The network cannot be cut there.
    #[error("{network} cannot train {trains} apart from the rest: use --trains {possible}")]
    Trains {
        /// The network.
        network: String,
        /// What was asked for.
        trains: Trains,
        /// What there is, as the option takes it.
        possible: String,
    },
    /// There is nothing that could learn.
    #[error("{0} has no parameters to train: give a model file of a network that has some")]
    NoParameters(String),
    /// The layers are too many or too large.
    #[error(transparent)]
    Layers(#[from] InterpretError),
    /// The network is not in the form in which a device has it.
    #[error(
        "{0} has batch normalisation or dropout, which a device does not run: fine-tune its \
         deployed form, written by `export --format model`"
    )]
    NotDeployed(String),
    /// The images do not fit the network.
    #[error(transparent)]
    Options(#[from] InvalidOptions),
    /// The model does not take the images, as its numbers are none.
    #[error("the model cannot be used: its parameters or its normalisation are not numbers")]
    Model(#[source] TuneError),
    /// Numbers left their range during training.
    #[error(
        "training diverged in epoch {epoch} at learning rate {learning_rate}: use a smaller one, \
         such as --learning-rate {smaller}"
    )]
    Diverged {
        /// The epoch, from 1.
        epoch: u32,
        /// The learning rate.
        learning_rate: f32,
        /// A smaller one.
        smaller: f32,
        /// What became of the numbers.
        source: TuneError,
    },
}
