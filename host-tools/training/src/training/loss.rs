//! The loss of a run, as a value: one loop is compiled for each network, not one for each loss too.
//! And the words for it on a command line.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use tinyconv::Element;
use tinyconv::loss::{BinaryCrossEntropy, CrossEntropy, Loss, MeanSquaredError, Target};

const SMOOTHING: &str = "cross-entropy:smoothing=";

/// What a run makes small.
///
/// In words it is its name; that of cross-entropy may be followed by a smoothing.
///
/// ```
/// use tinyconv_training::training::LossKind;
/// use tinyconv::loss::CrossEntropy;
///
/// let loss: LossKind = "cross-entropy:smoothing=0.1".parse()?;
/// assert_eq!(loss, LossKind::CrossEntropy(CrossEntropy { smoothing: 0.1 }));
/// assert_eq!(loss.to_string(), "cross-entropy:smoothing=0.1");
/// assert_eq!("mean-squared-error".parse(), Ok(LossKind::MeanSquaredError));
/// # Ok::<(), tinyconv_training::training::InvalidLoss>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LossKind {
    /// `cross-entropy`: softmax and cross-entropy, the targets smoothed or not.
    CrossEntropy(CrossEntropy),
    /// `binary-cross-entropy`: of outputs that are each true or false.
    BinaryCrossEntropy,
    /// `mean-squared-error`: the mean square of what the outputs are off.
    MeanSquaredError,
}

/// A loss that there is not, or not with such a smoothing.
///
/// ```
/// use tinyconv_training::training::{InvalidLoss, LossKind};
///
/// let error = "hinge".parse::<LossKind>().unwrap_err();
/// assert_eq!(error, InvalidLoss::Name("hinge".into()));
/// assert!(error.to_string().starts_with("there is no loss `hinge`: use cross-entropy, "));
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum InvalidLoss {
    /// An unknown name.
    #[error(
        "there is no loss `{0}`: use cross-entropy, cross-entropy:smoothing=SHARE, \
         binary-cross-entropy or mean-squared-error"
    )]
    Name(String),
    /// A smoothing that leaves nothing of the targets, or is no number.
    #[error("the smoothing of a loss is `{0}`; give a number from 0 up to, but not including, 1")]
    Smoothing(String),
}

impl LossKind {
    /// Checks the smoothing.
    ///
    /// # Errors
    /// If it is not from 0, below 1.
    ///
    /// ```
    /// use tinyconv_training::training::{InvalidLoss, LossKind};
    /// use tinyconv::loss::CrossEntropy;
    ///
    /// let smoothed = |smoothing| LossKind::CrossEntropy(CrossEntropy { smoothing });
    /// assert_eq!(smoothed(0.1).validate(), Ok(()));
    /// assert_eq!(smoothed(1.0).validate(), Err(InvalidLoss::Smoothing("1.0".into())));
    /// ```
    pub fn validate(&self) -> Result<(), InvalidLoss> {
        match self {
            Self::CrossEntropy(CrossEntropy { smoothing }) if !(0.0..1.0).contains(smoothing) => {
                Err(InvalidLoss::Smoothing(format!("{smoothing:?}")))
            }
            _ => Ok(()),
        }
    }
}

impl FromStr for LossKind {
    type Err = InvalidLoss;

    fn from_str(text: &str) -> Result<Self, InvalidLoss> {
        if let Some(number) = text.strip_prefix(SMOOTHING) {
            let invalid = |_| InvalidLoss::Smoothing(number.into());
            let smoothing = number.parse().map_err(invalid)?;
            let loss = Self::CrossEntropy(CrossEntropy { smoothing });
            return loss.validate().map(|()| loss);
        }
        match text {
            "cross-entropy" => Ok(Self::default()),
            "binary-cross-entropy" => Ok(Self::BinaryCrossEntropy),
            "mean-squared-error" => Ok(Self::MeanSquaredError),
            _ => Err(InvalidLoss::Name(text.into())),
        }
    }
}

impl fmt::Display for LossKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CrossEntropy(CrossEntropy { smoothing: 0.0 }) => f.write_str("cross-entropy"),
            Self::CrossEntropy(CrossEntropy { smoothing }) => write!(f, "{SMOOTHING}{smoothing:?}"),
            Self::BinaryCrossEntropy => f.write_str("binary-cross-entropy"),
            Self::MeanSquaredError => f.write_str("mean-squared-error"),
        }
    }
}

impl Default for LossKind {
    /// Cross-entropy without smoothing.
    fn default() -> Self {
        Self::CrossEntropy(CrossEntropy::default())
    }
}

impl Loss for LossKind {
    #[inline]
    fn forward<E: Element>(&self, output: &[E], target: Target<'_, E>, kept: &mut [E]) -> E {
        match self {
            Self::CrossEntropy(loss) => loss.forward(output, target, kept),
            Self::BinaryCrossEntropy => BinaryCrossEntropy.forward(output, target, kept),
            Self::MeanSquaredError => MeanSquaredError.forward(output, target, kept),
        }
    }

    #[inline]
    fn backward<E: Element>(&self, target: Target<'_, E>, scale: E, d_output: &mut [E]) {
        match self {
            Self::CrossEntropy(loss) => loss.backward(target, scale, d_output),
            Self::BinaryCrossEntropy => BinaryCrossEntropy.backward(target, scale, d_output),
            Self::MeanSquaredError => MeanSquaredError.backward(target, scale, d_output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_losses() {
        for words in [
            "cross-entropy",
            "cross-entropy:smoothing=0.1",
            "binary-cross-entropy",
            "mean-squared-error",
        ] {
            assert_eq!(words.parse::<LossKind>().unwrap().to_string(), words);
        }
        for words in ["", "hinge", "cross-entropy:0.1", "mean-squared-error:smoothing=0.1"] {
            assert_eq!(words.parse::<LossKind>(), Err(InvalidLoss::Name(words.into())));
        }
        for number in ["1", "-0.1", "NaN", "inf", "", "much"] {
            let refused = format!("{SMOOTHING}{number}").parse::<LossKind>();
            assert!(matches!(refused, Err(InvalidLoss::Smoothing(_))), "{number}");
        }
    }
}
