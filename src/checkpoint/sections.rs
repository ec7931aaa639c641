//! The memory that a checkpoint is written from.

/// What [`Store::save`](super::Store::save) writes, where it lies: nothing is copied.
///
/// ```
/// use tinyconv::checkpoint::{CheckpointError, Contents, Progress, Sections, Store};
/// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
/// # use flash::Flash;
///
/// let contents = Contents { fingerprint: 1, parameters: 2, states: 0, user: 3 };
/// let mut store = Store::open(Flash::ERASED, 0..1024, contents)?;
/// let sections = Sections { parameters: &[1.0, 2.0], states: &[], user: b"abc" };
/// store.save(Progress::default(), sections)?;
///
/// let short = Sections { parameters: &[1.0], ..sections };
/// let error = CheckpointError::WrongLengths { expected: contents };
/// assert_eq!(store.save(Progress::default(), short), Err(error));
/// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sections<'a> {
    /// The trained parameters; frozen ones stay out.
    pub parameters: &'a [f32],
    /// What the optimizer remembers of them, empty if nothing.
    pub states: &'a [f32],
    /// Bytes of the application, such as a replay buffer; may be shorter than
    /// [`Contents::user`](super::Contents::user).
    pub user: &'a [u8],
}
