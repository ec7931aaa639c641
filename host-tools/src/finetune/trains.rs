//! Which layers are trained, as a value: the command line has a word for it.

use std::fmt;
use std::str::FromStr;

/// The layers that are trained; the others stay as they are.
///
/// ```
/// use host_tools::finetune::Trains;
///
/// assert_eq!("2".parse(), Ok(Trains::Last(2)));
/// assert_eq!(Trains::Last(2).to_string(), "the last 2 layers");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trains {
    /// So many of the last layers with parameters.
    Last(u8),
    /// Every layer.
    All,
}

impl fmt::Display for Trains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Last(1) => f.write_str("the last layer"),
            Self::Last(layers) => write!(f, "the last {layers} layers"),
            Self::All => f.write_str("all layers"),
        }
    }
}

impl FromStr for Trains {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(layers) if layers > 0 => Ok(Self::Last(layers)),
            _ if text == "all" => Ok(Self::All),
            _ => Err("give all, or how many of the last layers are trained, from 1"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers() {
        assert_eq!("all".parse(), Ok(Trains::All));
        assert_eq!("2".parse(), Ok(Trains::Last(2)));
        for text in ["", "0", "-1", "256", "1.5", "some"] {
            assert!(text.parse::<Trains>().is_err(), "{text}");
        }
    }
}
