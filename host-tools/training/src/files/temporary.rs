//! Files and directories that have no name of their own yet, under one that nobody can guess.
//!
//! Whoever makes one holds a lock on it, which the operating system takes back when the program ends in
//! whatever way. So what a program left that was killed can be told from what another one is writing, and
//! is removed by the next one that writes there.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempDir};

const PREFIX: &str = ".tinyconv-";
const SUFFIX: &str = ".tmp";

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// As any new file: everybody, unless the user's mask says that they may not.
    All,
    /// Nobody else.
    Owner,
}

/// A file that is removed unless it gets a name.
#[derive(Debug)]
pub struct TemporaryFile(NamedTempFile);

impl TemporaryFile {
    pub fn in_directory(directory: &Path, readers: Readers) -> io::Result<Self> {
        remove_leftovers(directory);
        let mut builder = Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(match readers {
            Readers::All => 0o666,
            Readers::Owner => 0o600,
        }));
        #[cfg(not(unix))]
        let _ = readers;
        loop {
            let file = builder.tempfile_in(directory)?;
            // Another program may take it for a leftover before it is locked: then it is gone.
            if is_locked(file.as_file()) && file.path().symlink_metadata().is_ok() {
                return Ok(Self(file));
            }
        }
    }

    pub fn file(&mut self) -> &mut File {
        self.0.as_file_mut()
    }

    /// Replaces what is at `path`.
    pub fn rename(self, path: &Path) -> io::Result<()> {
        self.0.persist(path).map(drop).map_err(|error| error.error)
    }
}

/// A directory that is removed, with all that is in it, unless it gets a name.
///
/// ```
/// use tinyconv_training::files::TemporaryDirectory;
///
/// let place = tempfile::tempdir()?;
/// let directory = TemporaryDirectory::in_directory(place.path())?;
/// std::fs::write(directory.path().join("file"), "content")?;
/// directory.rename(&place.path().join("project"))?;
/// assert_eq!(std::fs::read_to_string(place.path().join("project/file"))?, "content");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TemporaryDirectory {
    directory: TempDir,
    _lock: Option<File>,
}

impl TemporaryDirectory {
    /// Makes one in `directory`.
    ///
    /// # Errors
    /// If the operating system refuses it.
    ///
    /// ```
    /// use tinyconv_training::files::TemporaryDirectory;
    ///
    /// let place = tempfile::tempdir()?;
    /// drop(TemporaryDirectory::in_directory(place.path())?);
    /// assert_eq!(place.path().read_dir()?.count(), 0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn in_directory(directory: &Path) -> io::Result<Self> {
        remove_leftovers(directory);
        let mut builder = Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        // As any new directory: others may look in, unless the user's mask says that they may not.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        loop {
            let directory = builder.tempdir_in(directory)?;
            // Not every system opens directories.
            let lock = File::open(directory.path()).ok().filter(is_locked);
            if directory.path().is_dir() {
                return Ok(Self { directory, _lock: lock });
            }
        }
    }

    /// Where it is.
    ///
    /// ```
    /// # use tinyconv_training::files::TemporaryDirectory;
    /// let place = tempfile::tempdir()?;
    /// let directory = TemporaryDirectory::in_directory(place.path())?;
    /// assert_eq!(directory.path().parent(), Some(place.path()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Gives it the name `path`, in the place of an empty directory if there is one.
    ///
    /// # Errors
    /// If the operating system refuses it; then it is removed.
    ///
    /// ```
    /// # use tinyconv_training::files::TemporaryDirectory;
    /// let place = tempfile::tempdir()?;
    /// std::fs::write(place.path().join("mine"), "not empty")?;
    /// let directory = TemporaryDirectory::in_directory(place.path())?;
    /// assert!(directory.rename(&place.path().join("mine")).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn rename(self, path: &Path) -> io::Result<()> {
        fs::rename(self.directory.path(), path)?;
        // It has another name now, and is there to stay.
        let _ = self.directory.keep();
        Ok(())
    }
}

/// Whether nobody else has the file's lock, which we then have. Where a file system knows no locks, nobody has.
fn is_locked(file: &File) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// Removes what programs left that were killed.
fn remove_leftovers(directory: &Path) {
    // Whatever of this fails, the worst is that something stays.
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten().filter(|entry| is_temporary(&entry.file_name())) {
        let Ok(kind) = entry.file_type() else { continue };
        let path = entry.path();
        if !(kind.is_file() || kind.is_dir()) {
            continue;
        }
        // Held until it is gone.
        let Ok(file) = File::open(&path) else { continue };
        if file.try_lock().is_ok() {
            let _ = if kind.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}

fn is_temporary(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_program_left_is_removed_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::write(at(".tinyconv-abcdef.tmp"), "half").unwrap();
        fs::create_dir_all(at(".tinyconv-ghijkl.tmp/src")).unwrap();
        fs::write(at(".tinyconv-ghijkl.tmp/src/main.rs"), "half").unwrap();
        fs::write(at("mine.tmp"), "whole").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("mine.tmp", at(".tinyconv-link.tmp")).unwrap();
        let others = 1 + usize::from(cfg!(unix));

        let (one, directory) = (
            TemporaryFile::in_directory(place.path(), Readers::All).unwrap(),
            TemporaryDirectory::in_directory(place.path()).unwrap(),
        );
        // Neither takes the other for a leftover.
        let two = TemporaryFile::in_directory(place.path(), Readers::All).unwrap();
        assert_eq!(place.path().read_dir().unwrap().count(), others + 3);
        two.rename(&at("two")).unwrap();
        drop((one, directory));
        assert_eq!(place.path().read_dir().unwrap().count(), others + 1);
        assert_eq!(fs::read_to_string(at("mine.tmp")).unwrap(), "whole");
    }
}
