//! The memory that a checkpoint is written from.

/// What [`Store::save`](super::Store::save) writes, where it lies: nothing is copied.
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
