//! Why a sample was not trained with.

use core::fmt;

/// What keeps a [`Trainer`](super::Trainer) from working.
///
/// ```
/// use tinyconv::optim::Descent;
/// use tinyconv::tuning::{All, PerSample};
/// use tinyconv::Direct;
/// use tinyconv::tuning::TuneError;
/// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
/// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
/// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
/// # let mut memory = Training::NEW;
///
/// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
/// let error = trainer.step(Direct, &[[[1.0, f32::INFINITY]]], 1).unwrap_err();
/// assert_eq!(error, TuneError::Input { index: 1 });
/// assert_eq!(error.to_string(), "value 1 of the input is not a finite number: check its source");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum TuneError {
    /// A block of memory has another length than the network needs.
    Block {
        /// Which one.
        name: &'static str,
        /// Its length.
        given: usize,
        /// The length that is needed.
        needed: usize,
    },
    /// The label is no class of the network. Nothing has changed.
    Label {
        /// The label.
        label: u16,
        /// The number of classes.
        classes: usize,
    },
    /// A value of the input is a NaN or an infinity. Nothing has changed.
    Input {
        /// Its index, in the order channel, row, column.
        index: usize,
    },
    /// The target has not one number for each output. Nothing has changed.
    Target {
        /// Its length.
        given: usize,
        /// The number of outputs.
        needed: usize,
    },
    /// A value of the target is a NaN or an infinity. Nothing has changed.
    TargetValue {
        /// Its index.
        index: usize,
    },
    /// The loss is not a finite number: training has diverged. Nothing has changed.
    Loss,
    /// The gradients of a batch are not all finite numbers. The batch is dropped, no parameter has
    /// changed.
    Gradients,
    /// Some parameters, or numbers that the optimizer remembers of them, would not have been finite
    /// any more: these kept their values, the others have changed. The learning rate is far too large,
    /// or the sample is.
    Overflow,
}

impl fmt::Display for TuneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block { name, given, needed } => write!(
                f,
                "the block of {name} has length {given} instead of {needed}: let `trainer!` make it"
            ),
            Self::Label { label, classes } => {
                write!(f, "label {label} is no class: the network has {classes} classes, from 0")
            }
            Self::Input { index } => {
                write!(f, "value {index} of the input is not a finite number: check its source")
            }
            Self::Target { given, needed } => {
                write!(f, "the target has {given} values for {needed} outputs: give one for each")
            }
            Self::TargetValue { index } => {
                write!(f, "value {index} of the target is not a finite number: check its source")
            }
            Self::Loss => f.write_str(
                "the loss is not a finite number: go back to good parameters, lower the learning rate",
            ),
            Self::Gradients => f.write_str(
                "the gradients are not finite numbers: the batch was dropped, lower the learning rate",
            ),
            Self::Overflow => f.write_str(
                "parameters, or what the optimizer remembers, left the range of numbers: go back to good \
                 ones, check the sample, lower the learning rate",
            ),
        }
    }
}

impl core::error::Error for TuneError {}
