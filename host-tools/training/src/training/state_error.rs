//! Why a run cannot go on from a state.

use thiserror::Error;

/// A state that no run goes on from.
///
/// ```
/// use tinyconv_training::training::{InvalidState, RunState};
///
/// let error = RunState::parse(b"TINYRUN\0\x09\0\0\0").unwrap_err();
/// assert_eq!(error, InvalidState::Version { found: 9, known: 1 });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidState {
    /// The bytes are of something else.
    #[error(
        "these are not the bytes of a run's state: check the path, or begin anew without --resume"
    )]
    NoState,
    /// They are of another version.
    #[error(
        "the state is of format version {found}, and this program knows version {known}: go on with the \
         program that wrote it, or begin anew without --resume"
    )]
    Version {
        /// The version.
        found: u32,
        /// The one that is known.
        known: u32,
    },
    /// They are not all there, or others.
    #[error("the state is damaged: begin anew without --resume")]
    Damaged,
    /// It is of a run that was told something else.
    #[error(
        "the state is of another run, {0}: go on with what it was told, or begin anew without --resume"
    )]
    OtherRun(String),
}
