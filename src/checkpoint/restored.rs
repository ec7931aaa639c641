//! What is known of a checkpoint that was read.

use super::Progress;

/// What [`Store::load`](super::Store::load) found besides the sections.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Restored {
    /// Counts the saves since the last reset, from 1.
    pub generation: u64,
    /// How far training had come.
    pub progress: Progress,
    /// Bytes of the application that were saved.
    pub user: usize,
    /// A newer checkpoint is there, but its bytes do not match its checksum: this is the one before
    /// it. No power cut does that; the flash is worn or was written to by something else.
    pub fell_back: bool,
}
