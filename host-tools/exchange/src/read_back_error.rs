//! Why a copy of a board's flash gave nothing to take, in words that say what to do.

use thiserror::Error;

/// Why there is no checkpoint to take.
///
/// ```
/// use tinyconv_exchange::ReadBackError;
///
/// let error = ReadBackError::Truncated { offset: 0x1000, needed: 3176 };
/// assert_eq!(
///     error.to_string(),
///     "the image ends within the checkpoint at byte 0x1000, which takes 3176 bytes: copy the whole \
///      range"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadBackError {
    /// The image is larger than any range of checkpoints.
    #[error(
        "the image has {length} bytes, more than the {limit} that can be searched: copy only the \
         range with the checkpoints"
    )]
    TooLarge {
        /// Its bytes.
        length: usize,
        /// The most that are searched.
        limit: usize,
    },
    /// There are more beginnings of checkpoints than slots.
    #[error("the image has more than {most} checkpoint headers: copy one range of two slots")]
    TooMany {
        /// The most that are looked at.
        most: usize,
    },
    /// Nothing begins as a checkpoint does.
    #[error(
        "there is no checkpoint in the image: copy the range that the store was opened with, as \
         raw bytes, after the board has saved"
    )]
    None,
    /// What begins as a checkpoint is none.
    #[error(
        "the checkpoint at byte {offset:#x} is damaged (its checksum is wrong): copy the range again"
    )]
    Damaged {
        /// Where it begins.
        offset: usize,
    },
    /// The image ends within the checkpoint.
    #[error(
        "the image ends within the checkpoint at byte {offset:#x}, which takes {needed} bytes: copy \
         the whole range"
    )]
    Truncated {
        /// Where it begins.
        offset: usize,
        /// The bytes that it takes.
        needed: usize,
    },
    /// A checkpoint of a newer version.
    #[error(
        "the checkpoint at byte {offset:#x} has format version {version}, which this program \
         cannot read: use a newer tinyconv"
    )]
    Newer {
        /// Where it begins.
        offset: usize,
        /// Its version.
        version: u32,
    },
    /// A checkpoint of another network, or on top of other parameters.
    #[error(
        "the checkpoint at byte {offset:#x} (fingerprint {stored:#018x}) was not learnt on top of \
         the base, a {network} (fingerprint {expected:#018x}): give --base the model file whose \
         parameters are in the firmware"
    )]
    OtherNetwork {
        /// Where it begins.
        offset: usize,
        /// Its fingerprint.
        stored: u64,
        /// The base's network.
        network: String,
        /// The fingerprint with all layers trained.
        expected: u64,
    },
    /// A checkpoint with another number of parameters than its part of the network has.
    #[error(
        "the checkpoint at byte {offset:#x} holds {stored} parameters, but the base has \
         {expected}: the firmware did not write it with Trainer::contents; use that"
    )]
    OtherLength {
        /// Where it begins.
        offset: usize,
        /// The parameters that it holds.
        stored: usize,
        /// Those that the part of the network has.
        expected: usize,
    },
    /// Parameters that are no numbers.
    #[error(
        "the checkpoint at byte {offset:#x} has {value} as parameter {index}: training diverged on \
         the board"
    )]
    NotFinite {
        /// Where it begins.
        offset: usize,
        /// Which parameter, counted from 0.
        index: usize,
        /// Its value.
        value: String,
    },
}
