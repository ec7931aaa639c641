//! Why a checkpoint could not be written or read.

use core::fmt;

use super::{Contents, VERSION};

/// Why a checkpoint could not be written or read; `E` is the error of the flash driver.
///
/// ```
/// use tinyconv::checkpoint::{CheckpointError, Contents, Store};
/// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
/// # use flash::Flash;
///
/// let contents = Contents { fingerprint: 1, parameters: 2, states: 0, user: 0 };
/// let error = Store::open(Flash::ERASED, 0..100, contents).unwrap_err();
/// assert_eq!(error, CheckpointError::Misaligned { start: 0, end: 100, erase_size: 512 });
/// assert!(error.to_string().ends_with("start and end it at multiples of 512"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CheckpointError<E> {
    /// The flash driver failed to read both slots, or the newest checkpoint the second time.
    Flash(E),
    /// The range does not start and end at an erase unit.
    Misaligned {
        /// First address of the range.
        start: u32,
        /// First address after the range.
        end: u32,
        /// What both have to be a multiple of.
        erase_size: usize,
    },
    /// The range ends behind the end of the flash.
    OutsideFlash {
        /// First address after the range.
        end: u32,
        /// Bytes of the flash.
        capacity: usize,
    },
    /// Two slots do not fit into the range.
    RangeTooSmall {
        /// Bytes that are needed.
        needed: usize,
        /// Bytes that the range has.
        given: usize,
    },
    /// The sections given to `save` or `load` do not have the lengths that the store was opened
    /// with.
    WrongLengths {
        /// What the store was opened with.
        expected: Contents,
    },
    /// The flash holds a checkpoint of a newer version of this crate, in this format version.
    Newer(u32),
    /// The flash holds a checkpoint with another fingerprint.
    OtherNetwork {
        /// The checkpoint's fingerprint.
        stored: u64,
        /// The fingerprint that the store was opened with.
        expected: u64,
    },
    /// The flash holds a checkpoint of this network, but with other lengths.
    OtherLengths {
        /// What the checkpoint holds.
        stored: Contents,
        /// What the store was opened with.
        expected: Contents,
    },
    /// A mini-batch is not complete, and checkpoints do not hold gradients.
    WithinBatch {
        /// Samples of the batch so far.
        pending: u32,
    },
    /// The newest checkpoint is whole, but holds a number that is not finite: nothing can be learnt on
    /// top of it.
    NotFinite {
        /// Which one: parameters are counted from 0, then states, then the optimizer's counters.
        index: usize,
    },
    /// A slot cannot be erased or written, or does not hold what was just written to it. A whole
    /// checkpoint in the other slot stays.
    BadSlot {
        /// Which one: 0 or 1.
        slot: u32,
        /// Where it begins in the flash.
        start: u32,
        /// The first address after it.
        end: u32,
        /// What the flash driver said, if it said anything.
        error: Option<E>,
    },
    /// The flash gave other bytes the second time it was read: the sections hold part of them.
    Unstable,
}

impl<E: fmt::Debug> fmt::Display for CheckpointError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flash(error) => write!(
                f,
                "the flash driver failed to read: {error:?}; if it is sound and this stays, reset the \
                 store"
            ),
            Self::Misaligned { start, end, erase_size } => write!(
                f,
                "the range {start:#x}..{end:#x} does not consist of whole erase units: start and \
                 end it at multiples of {erase_size}"
            ),
            Self::OutsideFlash { end, capacity } => write!(
                f,
                "the range ends at {end:#x}, the flash at {capacity:#x}: addresses count from the \
                 start of the flash"
            ),
            Self::RangeTooSmall { needed, given } => write!(
                f,
                "two checkpoints need {needed} bytes of flash, the range has {given}: enlarge it"
            ),
            Self::WrongLengths { expected } => write!(
                f,
                "the sections do not have the lengths that the store was opened with: {} \
                 parameters, {} states, {} bytes of the application",
                expected.parameters, expected.states, expected.user
            ),
            Self::Newer(version) => write!(
                f,
                "the checkpoint has format version {version}, this program reads up to {VERSION}: \
                 use a newer tinyconv, or reset the store"
            ),
            Self::OtherNetwork { stored, expected } => write!(
                f,
                "the checkpoint belongs to another network (fingerprint {stored:#x}, not \
                 {expected:#x}): use the program that wrote it, or reset the store"
            ),
            Self::OtherLengths { stored, expected } => write!(
                f,
                "the checkpoint holds {} parameters, {} states and {} bytes of the application, \
                 not {}, {} and up to {}: open the store with its lengths, or reset it",
                stored.parameters,
                stored.states,
                stored.user,
                expected.parameters,
                expected.states,
                expected.user
            ),
            Self::WithinBatch { pending } => write!(
                f,
                "the mini-batch is not complete ({pending} samples so far): save after its last one"
            ),
            Self::NotFinite { index } => write!(
                f,
                "number {index} of the checkpoint's parameters, states and counters is not finite: \
                 training goes on from the factory's parameters; save them, or reset the store"
            ),
            Self::BadSlot { slot, start, end, error } => {
                match error {
                    Some(error) => write!(f, "the flash driver failed with {error:?} in")?,
                    None => f.write_str("other bytes than were written are in")?,
                }
                write!(
                    f,
                    " slot {slot} of the store ({start:#x}..{end:#x}); a checkpoint in the other slot \
                     is still there: save again, and if that fails too, this flash is worn or \
                     write-protected: load, and save to a store in another range"
                )
            }
            Self::Unstable => f.write_str(
                "the flash does not read the same twice: initialise the parameters again",
            ),
        }
    }
}

impl<E: fmt::Debug> core::error::Error for CheckpointError<E> {}
