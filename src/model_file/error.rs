//! Why bytes are no model file, or none for a network.

use core::fmt;

use super::{MAX_DATA, MAX_LABELS, MAX_LAYERS, MAX_NORMALISATIONS, VERSION};

/// Why bytes are not a model file, or not one for this network.
///
/// ```
/// use tinyconv::model_file::{ModelFile, ModelFileError};
///
/// let error = ModelFile::parse(b"GIF89a").unwrap_err();
/// assert_eq!(error, ModelFileError::NotAModelFile);
/// assert_eq!(error.to_string(), "this is not a tinyconv model file");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ModelFileError {
    /// The bytes do not start as a model file does.
    NotAModelFile,
    /// The checksum is wrong: bytes are missing or changed.
    Damaged,
    /// Written by a newer version of this crate, in this format version.
    Newer(u16),
    /// The checksum is right, but the fields make no sense together.
    Inconsistent,
    /// A file of another network.
    OtherNetwork,
    /// More layers, labels or normalisations than [`MAX_LAYERS`], [`MAX_LABELS`] and [`MAX_NORMALISATIONS`].
    TooLarge,
    /// Neither one normalisation for all channels of the input nor one for each.
    Normalisations {
        /// How many there are.
        given: u32,
        /// How many channels the input has.
        channels: u32,
    },
    /// A mean that is not finite, or a deviation that is not finite and above zero.
    Normalisation {
        /// The channel of which it is; the first one's may be that of all.
        channel: u32,
    },
    /// A parameter that is no finite number: training diverged.
    Parameter {
        /// Which one, from 0.
        index: u32,
    },
    /// The description of the data has so many bytes, more than [`MAX_DATA`].
    DataTooLong(usize),
    /// The buffer to write to is too short.
    BufferTooShort,
}

impl fmt::Display for ModelFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModelFile => f.write_str("this is not a tinyconv model file"),
            Self::Damaged => f.write_str(
                "the model file is truncated or damaged (its checksum is wrong): copy it again",
            ),
            Self::Newer(version) => write!(
                f,
                "the model file has format version {version}, this program reads up to {VERSION}: \
                 use a newer tinyconv"
            ),
            Self::Inconsistent => f.write_str(
                "the model file contradicts itself (layers, fingerprint and parameters differ): \
                 write it again",
            ),
            Self::OtherNetwork => {
                f.write_str("the model file belongs to another network: use one of this network")
            }
            Self::TooLarge => write!(
                f,
                "a model file holds at most {MAX_LAYERS} layers, {MAX_LABELS} labels and \
                 {MAX_NORMALISATIONS} normalisations: use fewer"
            ),
            Self::Normalisations { given, channels } => write!(
                f,
                "the number of means and deviations, {given}, is not the number of the input's \
                 channels, {channels}: give one of each for all channels, or one for each"
            ),
            Self::Normalisation { channel } => write!(
                f,
                "the mean or the deviation of channel {channel} is out of range: the mean must be \
                 a finite number, the deviation a finite one above zero"
            ),
            Self::Parameter { index } => write!(
                f,
                "parameter {index} of the model file is not a finite number (its training diverged): \
                 take a file from before, or train again with a lower learning rate"
            ),
            Self::DataTooLong(length) => write!(
                f,
                "the description of the data has {length} bytes, a model file holds at most \
                 {MAX_DATA}: shorten it"
            ),
            Self::BufferTooShort => f.write_str("the buffer is too short for the model file"),
        }
    }
}

impl core::error::Error for ModelFileError {}
