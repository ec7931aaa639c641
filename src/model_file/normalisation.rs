//! How inputs are made from raw values.

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
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Normalisation {
    /// Subtracted from raw values.
    pub mean: f32,
    /// What the difference is divided by.
    pub deviation: f32,
}
