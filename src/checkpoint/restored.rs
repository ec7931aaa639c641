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
    /// A newer checkpoint had been saved and cannot be used: it does not match a checksum, cannot be
    /// read, or has lost its mark. This is the one before it. A power cut alone does not do that: the
    /// flash is worn, or was written to by something else.
    ///
    /// Not said if nothing is left that tells of the newer one: no header, and no mark in this one as
    /// power was cut just before that, or as the flash has no room for marks.
    pub fell_back: bool,
    /// Nothing says that its save came to its end: power was cut then, and there is no other whole
    /// checkpoint; or an earlier version of this crate wrote it. In the first case it may not be found
    /// another time: save again soon.
    pub unfinished: bool,
}
