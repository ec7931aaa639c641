//! Files with the state of a run that is not done.

use std::io;
use std::path::Path;

use super::{FileError, read};
use crate::training::RunState;

/// The ending of files with the state of a run.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files::STATE;
///
/// let model_file = Path::new("trained/digits.tinyconv");
/// assert_eq!(model_file.with_extension(STATE), Path::new("trained/digits.state"));
/// ```
pub const STATE: &str = "state";

/// Reads the state of a run.
///
/// # Errors
/// If there is none, or none that this version can use.
///
/// ```
/// use tinyconv_training::files::{self, FileError};
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("digits.state");
/// assert!(matches!(files::read_state(&path), Err(FileError::NoState { .. })));
/// files::write(&path, b"a letter")?;
/// assert!(matches!(files::read_state(&path), Err(FileError::InvalidState { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_state(path: &Path) -> Result<RunState, FileError> {
    match read(path) {
        Ok(bytes) => RunState::parse(&bytes)
            .map_err(|source| FileError::InvalidState { path: path.into(), source }),
        Err(FileError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            Err(FileError::NoState { path: path.into() })
        }
        Err(error) => Err(error),
    }
}
