//! The memory that a checkpoint is read into.

/// Where [`Store::load`](super::Store::load) puts a checkpoint.
///
/// ```
/// use tinyconv::checkpoint::{Contents, Progress, Sections, SectionsMut, Store};
/// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
/// # use flash::Flash;
///
/// let contents = Contents { fingerprint: 1, parameters: 2, states: 0, user: 3 };
/// let mut store = Store::open(Flash::ERASED, 0..1024, contents)?;
/// let sections = Sections { parameters: &[1.0, 2.0], states: &[], user: b"ab" };
/// store.save(Progress::default(), sections)?;
///
/// let (mut parameters, mut user) = ([0.0; 2], [b'-'; 3]);
/// store.load(SectionsMut { parameters: &mut parameters, states: &mut [], user: &mut user })?;
/// assert_eq!((parameters, &user), ([1.0, 2.0], b"ab-"));
/// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
/// ```
#[derive(Debug, PartialEq)]
pub struct SectionsMut<'a> {
    /// The trained parameters.
    pub parameters: &'a mut [f32],
    /// What the optimizer remembers of them, empty if nothing.
    pub states: &'a mut [f32],
    /// Bytes of the application: [`Contents::user`](super::Contents::user) or more.
    pub user: &'a mut [u8],
}
