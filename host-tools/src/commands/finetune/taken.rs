//! What `--shown` and `--held` take: a count of samples to draw, or a directory of samples.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use thiserror::Error;
use tinyconv_training::text;

/// Where the samples of a set come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// So many are drawn.
    Drawn(u16),
    /// All that are in a directory.
    From(PathBuf),
}

/// Why samples cannot be taken as the options say.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TakenError {
    /// Neither a count nor a directory.
    #[error("`{0}` is no count up to {max} and no directory that is there; give one of them", max = u16::MAX)]
    Neither(String),
    /// Samples from a directory for one of the two only.
    #[error(
        "--{given} is a directory, and --{other} is not: give both, new samples to train with and others \
         to judge by (--shown DIR --held DIR)"
    )]
    One {
        /// The option with a directory.
        given: &'static str,
        /// The other one.
        other: &'static str,
    },
    /// An option of the hand that is drawn.
    #[error("--{0} is for a handwriting that is drawn: leave it out with --shown DIR --held DIR")]
    OfTheHand(&'static str),
    /// Nothing to replay.
    #[error(
        "there are no old samples for --replay {0}: give the data set that the model was trained with \
         (--data), or leave --replay out"
    )]
    NothingToReplay(u16),
}

impl FromStr for Taken {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.parse().map_or_else(|_| Self::From(text.into()), Self::Drawn))
    }
}

/// The directories of both sets, if they are from directories.
pub fn directories<'a>(
    shown: Option<&'a Taken>,
    held: Option<&'a Taken>,
) -> Result<Option<[&'a Path; 2]>, TakenError> {
    for taken in [shown, held].into_iter().flatten() {
        if let Taken::From(path) = taken
            && !path.is_dir()
        {
            let text = text::shown(path);
            return Err(TakenError::Neither(text));
        }
    }
    match (shown, held) {
        (Some(Taken::From(shown)), Some(Taken::From(held))) => Ok(Some([shown, held])),
        (Some(Taken::From(_)), _) => Err(TakenError::One { given: "shown", other: "held" }),
        (_, Some(Taken::From(_))) => Err(TakenError::One { given: "held", other: "shown" }),
        _ => Ok(None),
    }
}
