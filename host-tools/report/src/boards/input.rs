//! Where a network's input is on a device.

use clap::ValueEnum;
use serde::Serialize;

/// Where the input is.
///
/// ```
/// use tinyconv_report::boards::Input;
///
/// assert_eq!(Input::default(), Input::Bytes);
/// assert_eq!(Input::Floats.ram(784), 3_136);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// Not in RAM.
    Flash,
    /// In RAM, a byte for each value.
    #[default]
    Bytes,
    /// In RAM, four bytes (`f32`) for each value.
    Floats,
}

impl Input {
    /// Bytes of RAM for so many values.
    ///
    /// ```
    /// use tinyconv_report::boards::Input;
    ///
    /// assert_eq!([Input::Flash, Input::Bytes, Input::Floats].map(|input| input.ram(10)), [0, 10, 40]);
    /// ```
    #[must_use]
    pub fn ram(self, values: usize) -> usize {
        match self {
            Self::Flash => 0,
            Self::Bytes => values,
            Self::Floats => values.saturating_mul(size_of::<f32>()),
        }
    }

    /// In words.
    ///
    /// ```
    /// use tinyconv_report::boards::Input;
    ///
    /// assert_eq!(Input::Flash.text(), "the input in flash");
    /// ```
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Flash => "the input in flash",
            Self::Bytes => "the input in bytes",
            Self::Floats => "the input in `f32`",
        }
    }
}
