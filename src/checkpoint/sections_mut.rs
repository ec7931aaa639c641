//! The memory that a checkpoint is read into.

/// Where [`Store::load`](super::Store::load) puts a checkpoint.
#[derive(Debug, PartialEq)]
pub struct SectionsMut<'a> {
    /// The trained parameters.
    pub parameters: &'a mut [f32],
    /// What the optimizer remembers of them, empty if nothing.
    pub states: &'a mut [f32],
    /// Bytes of the application: [`Contents::user`](super::Contents::user) or more.
    pub user: &'a mut [u8],
}
