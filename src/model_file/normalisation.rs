//! How inputs are made from raw values.

use core::fmt;

use serde::{Deserialize, Serialize};

/// `input = (raw - mean) / deviation`.
///
/// ```
/// use tinyconv::Bytes;
/// use tinyconv::model_file::Normalisation;
///
/// /// What a firmware makes of it: a table of all bytes.
/// const NORMALISATION: Normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
/// static PIXELS: [f32; 256] = Bytes::table(NORMALISATION.mean, NORMALISATION.deviation);
/// assert_eq!(PIXELS[255], 1.0);
/// assert_eq!(NORMALISATION.to_string(), "(raw - 0.0) / 255.0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Normalisation {
    /// Subtracted from raw values.
    pub mean: f32,
    /// What the difference is divided by.
    pub deviation: f32,
}

impl Normalisation {
    /// `(raw - mean) / deviation`
    ///
    /// ```
    /// use tinyconv::model_file::Normalisation;
    ///
    /// assert_eq!(Normalisation { mean: 51.0, deviation: 102.0 }.of(255.0), 2.0);
    /// ```
    #[must_use]
    #[inline(always)]
    pub const fn of(self, raw: f32) -> f32 {
        (raw - self.mean) / self.deviation
    }

    /// The mean is a finite number, the deviation a finite one above zero.
    ///
    /// ```
    /// use tinyconv::model_file::Normalisation;
    ///
    /// let sound = Normalisation { mean: -1.0, deviation: 0.5 };
    /// assert!(sound.is_sound());
    /// assert!(!Normalisation { deviation: 0.0, ..sound }.is_sound());
    /// assert!(!Normalisation { mean: f32::NAN, ..sound }.is_sound());
    /// ```
    #[must_use]
    pub const fn is_sound(self) -> bool {
        self.mean.is_finite() && self.deviation.is_finite() && self.deviation > 0.0
    }
}

impl fmt::Display for Normalisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(raw - {:?}) / {:?}", self.mean, self.deviation)
    }
}
