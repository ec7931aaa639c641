//! Checkpoints: what a device learnt, kept in NOR flash so that no power cut loses or mixes it.
//!
//! A [`Store`] keeps the trained parameters, the optimizer's states, the counters that training and
//! its randomness go on from, and bytes of the application, in a range of any flash with the traits
//! of [`embedded_storage`]. Whenever power is cut, [`Store::load`] finds the checkpoint before or
//! the new one, whole; training resumed from it gives the bits that it would have given without the
//! interruption. So it is on flash whose torn words cannot be read, or read differently each time,
//! and beside a slot that is worn out: see [below](#what-real-flash-leaves).
//!
//! ```
//! use tinyconv::checkpoint::{Contents, Progress, Sections, SectionsMut, Store};
//! # use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
//! # struct Flash([u8; 1024]);
//! # impl ErrorType for Flash {
//! #     type Error = core::convert::Infallible;
//! # }
//! # impl ReadNorFlash for Flash {
//! #     const READ_SIZE: usize = 1;
//! #     fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
//! #         bytes.copy_from_slice(&self.0[offset as usize..][..bytes.len()]);
//! #         Ok(())
//! #     }
//! #     fn capacity(&self) -> usize {
//! #         self.0.len()
//! #     }
//! # }
//! # impl NorFlash for Flash {
//! #     const WRITE_SIZE: usize = 4;
//! #     const ERASE_SIZE: usize = 512;
//! #     fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
//! #         self.0[from as usize..to as usize].fill(0xff);
//! #         Ok(())
//! #     }
//! #     fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
//! #         self.0[offset as usize..][..bytes.len()].copy_from_slice(bytes);
//! #         Ok(())
//! #     }
//! # }
//! # let flash = Flash([0xff; 1024]);
//!
//! // On a board: `Digits::FINGERPRINT` and so on, or `Contents::of::<Digits, Sgd>()`.
//! let contents = Contents { fingerprint: 0x1122, parameters: 2, states: 1, user: 3 };
//! let mut store = Store::open(flash, 0..1024, contents)?; // the driver of the board's flash
//! let progress = Progress { seed: 7, step: 5, sample: 0, counters: [0.0; 2] };
//! store.save(progress, Sections { parameters: &[1.0, 2.0], states: &[0.5], user: b"abc" })?;
//!
//! // After a power cut:
//! let (mut parameters, mut states, mut user) = ([0.0; 2], [0.0; 1], [0; 3]);
//! let restored = store.load(SectionsMut {
//!     parameters: &mut parameters,
//!     states: &mut states,
//!     user: &mut user,
//! })?;
//! assert_eq!(restored.map(|restored| restored.progress), Some(progress));
//! assert_eq!((parameters, states, &user), ([1.0, 2.0], [0.5], b"abc"));
//!
//! let bytes = store.release().0;
//! #[rustfmt::skip]
//! assert_eq!(bytes[..72], [
//!     b'T', b'I', b'N', b'Y', b'C', b'K', b'P', b'T', // magic
//!     1, 0, 0, 0,                                     // version
//!     79, 61, 180, 90,                                // CRC-32 of the payload
//!     1, 0, 0, 0, 0, 0, 0, 0,                         // generation
//!     0x22, 0x11, 0, 0, 0, 0, 0, 0,                   // fingerprint
//!     7, 0, 0, 0, 0, 0, 0, 0,                         // seed
//!     5, 0, 0, 0, 0, 0, 0, 0,                         // step, sample
//!     0, 0, 0, 0, 0, 0, 0, 0,                         // counters
//!     2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0,             // lengths
//!     54, 126, 156, 56,                               // CRC-32 of the header
//! ]);
//! assert_eq!(&bytes[128..136], b"COMPLETE");
//! #[rustfmt::skip]
//! assert_eq!(bytes[256..272], [
//!     0, 0, 128, 63, 0, 0, 0, 64, // parameters
//!     0, 0, 0, 63,                // state
//!     b'a', b'b', b'c', 0xff,     // bytes of the application, padding
//! ]);
//! # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
//! ```
//!
//! # Format, version 1
//!
//! The first half of the range is slot 0, as much after it is slot 1. Saves take turns. In a slot,
//! all numbers little-endian:
//!
//! | offset | bytes | content |
//! |---|---|---|
//! | 0 | 8 | `TINYCKPT` |
//! | 8 | 4 | format version |
//! | 12 | 4 | CRC-32 (ISO-HDLC, as in zip) of the payload, without its padding |
//! | 16 | 8 | generation: 1 for the first save, then one more each time; 0 comes after the largest |
//! | 24 | 8 | [`Contents::fingerprint`] |
//! | 32 | 8 | [`Progress::seed`] |
//! | 40 | 4 | [`Progress::step`] |
//! | 44 | 4 | [`Progress::sample`] |
//! | 48 | 8 | [`Progress::counters`], `f32` |
//! | 56 | 4 | number of parameters |
//! | 60 | 4 | number of states |
//! | 64 | 4 | number of bytes of the application |
//! | 68 | 4 | CRC-32 of the 68 bytes before |
//! | 72 | 56 | padding (1s), as much of it written as the flash's write unit asks for |
//! | 128 | 64 | `COMPLETE`, when all else was read back |
//! | 192 | 64 | `REPLACED`, when the other slot has a newer checkpoint that is complete |
//! | 256 | n | payload: parameters and states as `f32`, bytes of the application, padding (1s) |
//!
//! Length and checksum of the header, magic, version and generation stay where they are in all
//! versions.
//!
//! A mark is its eight letters, and 1s to the end of its write unit. It is written at the beginning of
//! its 64 bytes; behind it there is room for others, each at a multiple of 16 bytes and of the write and
//! the read unit, for a save that finds that power was cut in the one before. Flash that is written or
//! read more than 64 bytes at a time has no room for marks and holds 1s there, and so do checkpoints of
//! earlier versions of this crate: they are read all the same, and called
//! [unfinished](Restored::unfinished) if there could have been a mark.
//!
//! # Why a power cut does no harm
//!
//! A save changes only the slot that does not hold the newest whole checkpoint. It erases that slot,
//! writes the payload, reads it back, writes the header, reads it back, and writes a mark,
//! which makes the slot count. What a cut leaves of a slot - half erased, half written, whatever its
//! bits - fails one of the two checksums or has no mark, and the other slot is used (except once in
//! 2^32 cuts that leave noise). A save always erases first and never trusts a slot that looks erased.
//! No write unit is written twice between two erases.
//!
//! Last, the slot that held the newest until then is marked as replaced. If the new one cannot be used
//! one day, this tells that there was one: [`Restored::fell_back`].
//!
//! A reset erases the older slot first, then the newer.
//!
//! # What real flash leaves
//!
//! - *Words that cannot be read*: flash with error correction (STM32G4, H7, L5, U5) has such words where
//!   power was cut, and the driver returns an error for them. They count as torn, and the other slot is
//!   used. (Where such a word stops the processor instead, that is for the driver to handle.)
//! - *Bits that read differently each time*, where power was cut while they were being changed. Once
//!   the mark is there, the bits of header and payload have been read back, and power was not cut in
//!   them. The mark itself counts for a load if it is there each of 64 times. For a save, which is
//!   about to erase the other slot, 48 times are enough, and it marks the slot once more before that: so
//!   no save erases what a load has shown, save once in 10^6 cuts within a mark.
//! - *A place that is bad for ever*: [`CheckpointError::BadSlot`] names the slot, each time, and the
//!   checkpoint in the other one stays. There is nothing that a store could do with one slot alone:
//!   load, and save to a store in another range.
//! - *Bits that fall over later*: a checksum tells, and the one before is used. `fell_back` says so,
//!   whether the newest is unreadable, torn, or only its mark is no more.
//!
//! Two things no protocol with two slots can have:
//!
//! - As long as there is no other whole checkpoint, one whose header was being written when power was
//!   cut may be found by one load (if it is whole each of 64 times) and not by a later one. Such a
//!   load says that it is [unfinished](Restored::unfinished): save again soon.
//! - If power is cut in both slots before there was any checkpoint, in such a way that nothing of either
//!   can be read, this looks like a driver that does not work. Load and save return
//!   [`CheckpointError::Flash`] until a [`reset`](Store::reset).
//!
//! And until the next save, a cut within the mark may show the checkpoint before and then the new one;
//! not the other way round.
//!
//! # Limits
//!
//! - Flash: twice [`Contents::slot_bytes`] in whole erase units, see [`Contents::range_bytes`].
//!   Write and read units must divide 256 bytes.
//! - Wear: [`Contents::erases_per_save`]. Each unit is erased once in two saves, so flash that bears
//!   10 000 erases bears 20 000 saves.
//! - A save reads the newest checkpoint (so that a damaged one is not kept instead of a whole one),
//!   and what it wrote; a load reads the newest twice; both read marks of eight bytes one to three
//!   hundred times. The checksum
//!   is computed bit by bit, without a table.
//! - A program with an earlier version of this crate writes no marks: its checkpoints count only where
//!   none is marked. Reset the store before you go back to such a version.
//! - About 1.5 kB of stack, and no other RAM: sections are written from where they lie.
//! - Without marks (units of more than 64 bytes), a header counts that is whole each of 64 times, and
//!   `fell_back` is said only if that is so and the payload is not.
//! - Checksums find accidents, not forgeries.

mod contents;
mod error;
mod header;
mod progress;
mod restored;
mod sections;
mod sections_mut;
mod slots;
mod store;

pub use contents::Contents;
pub use error::CheckpointError;
pub use progress::Progress;
pub use restored::Restored;
pub use sections::Sections;
pub use sections_mut::SectionsMut;
pub use store::Store;

/// The format version that is written.
///
/// ```
/// use tinyconv::checkpoint::{Contents, Progress, Sections, Store, VERSION};
/// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
/// # use flash::Flash;
///
/// let contents = Contents { fingerprint: 1, parameters: 1, states: 0, user: 0 };
/// let mut store = Store::open(Flash::ERASED, 0..1024, contents)?;
/// store.save(Progress::default(), Sections { parameters: &[1.0], states: &[], user: &[] })?;
/// assert_eq!(store.release().0[8..12], VERSION.to_le_bytes());
/// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
/// ```
pub const VERSION: u32 = 1;

const MAGIC: [u8; 8] = *b"TINYCKPT";

/// Bytes of a header.
const HEADER: usize = 72;

/// Where the payload begins in a slot: after the header in units of up to 256 bytes, so that the
/// format does not depend on the flash.
const PAYLOAD: usize = 256;
