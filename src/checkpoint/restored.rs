//! What is known of a checkpoint that was read.

use super::Progress;

/// What [`Store::load`](super::Store::load) found besides the sections.
///
/// ```
/// use tinyconv::checkpoint::{Contents, Progress, Sections, SectionsMut, Store};
/// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
/// # use flash::Flash;
///
/// let contents = Contents { fingerprint: 1, parameters: 2, states: 0, user: 3 };
/// let mut store = Store::open(Flash::ERASED, 0..1024, contents)?;
/// let progress = Progress { seed: 7, step: 40, ..Progress::default() };
/// store.save(progress, Sections { parameters: &[1.0, 2.0], states: &[], user: b"ab" })?;
///
/// let (parameters, user) = (&mut [0.0; 2], &mut [0; 3]);
/// let restored = store.load(SectionsMut { parameters, states: &mut [], user })?.expect("one save");
/// assert_eq!((restored.generation, restored.progress.step, restored.user), (1, 40, 2));
/// assert!(!restored.fell_back && !restored.unfinished);
/// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Restored {
    /// Counts the saves since the last reset, from 1.
    pub generation: u64,
    /// How far training had come.
    pub progress: Progress,
    /// Bytes of the application that were saved.
    pub user: usize,
    /// A newer checkpoint had been saved, and cannot be used: its bytes do not match a checksum, or
    /// cannot be read. This is the one before it. A power cut alone does not do that; the flash is
    /// worn, or was written to by something else.
    ///
    /// Not said where nothing tells that there was a newer one: its header is no more, and power was
    /// cut after its save had marked it complete and before it marked the one before as replaced; or
    /// the flash writes or reads more than 64 bytes at once and so has no marks.
    pub fell_back: bool,
    /// Nothing says that its save came to its end: power was cut as the save finished, and there is no
    /// other whole checkpoint; or a version of this crate without marks wrote it. Its header may then
    /// read differently another time: save again soon.
    pub unfinished: bool,
}
