//! One run at a time in a directory.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::FileError;
use super::target::directory_of;

/// The right to write a run's files to a directory, until it is dropped or the program ends.
///
/// Nothing is written for it: it is the operating system's lock on the directory itself. Where there is no
/// such thing (on Windows, in some network file systems), everybody gets the right.
///
/// ```
/// use tinyconv_training::files::{DirectoryLock, FileError};
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("digits.tinyconv");
/// let lock = DirectoryLock::of(&path)?;
/// # #[cfg(unix)]
/// assert!(matches!(DirectoryLock::of(&path), Err(FileError::Busy { .. })));
/// drop(lock);
/// assert!(DirectoryLock::of(&path).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct DirectoryLock {
    file: Option<File>,
    /// Directories that there were not before, the innermost first.
    created: Vec<PathBuf>,
}

impl DirectoryLock {
    /// That for the directory of `path`, which is created if there is none, and removed afterwards if there
    /// is nothing in it.
    ///
    /// # Errors
    /// If another program has it, or the directory cannot be created.
    ///
    /// ```
    /// use tinyconv_training::files::DirectoryLock;
    ///
    /// let directory = tempfile::tempdir()?;
    /// let lock = DirectoryLock::of(&directory.path().join("trained/digits.tinyconv"))?;
    /// assert!(directory.path().join("trained").is_dir());
    /// drop(lock);
    /// assert!(!directory.path().join("trained").exists());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let directory = directory_of(path);
        let missing = directory.ancestors().take_while(|directory| !directory.exists());
        let missing = missing.filter(|directory| !directory.as_os_str().is_empty());
        let created = missing.map(Path::to_owned).collect();
        fs::create_dir_all(directory)
            .map_err(|source| FileError::Unwritable { path: path.into(), source })?;
        // Not every system opens directories.
        let file = File::open(directory).ok();
        match file.as_ref().map(File::try_lock) {
            Some(Err(TryLockError::WouldBlock)) => {
                Err(FileError::Busy { directory: directory.into() })
            }
            _ => Ok(Self { file, created }),
        }
    }
}

impl Drop for DirectoryLock {
    fn drop(&mut self) {
        // Those that are not empty stay.
        for directory in &self.created {
            let _ = fs::remove_dir(directory);
        }
        // Closing would do, if no child had the same file.
        let _ = self.file.as_ref().map(File::unlock);
    }
}
