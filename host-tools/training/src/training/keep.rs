//! Which parameters a run ends with, and the words for it on a command line.

use std::fmt;
use std::str::FromStr;

/// Which parameters a run ends with.
///
/// ```
/// use tinyconv_training::training::Keep;
///
/// assert_eq!("best".parse(), Ok(Keep::Best));
/// assert_eq!(Keep::default().to_string(), "last");
/// assert_eq!("first".parse::<Keep>(), Err("give best or last"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Those after the last step.
    #[default]
    Last,
    /// Those after the epoch that the validation samples like best, the first of several: as
    /// `restore_best_weights` in Keras.
    Best,
}

impl FromStr for Keep {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "last" => Ok(Self::Last),
            "best" => Ok(Self::Best),
            _ => Err("give best or last"),
        }
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Last => "last",
            Self::Best => "best",
        })
    }
}
