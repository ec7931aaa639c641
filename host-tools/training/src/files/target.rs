//! Where something is to be written: looked at before the work begins, and again before anything is replaced.

use std::io;
use std::path::{Path, PathBuf};

use super::FileError;
use super::temporary::{Readers, TemporaryFile};

/// Checks that `path` can be written later, and leaves nothing behind: a long training must not
/// end with a result that has no place.
///
/// # Errors
/// If the file cannot be created, its directory can neither be written to nor created, or there is something
/// else than a regular file: a device, a pipe, a link.
///
/// ```
/// use tinyconv_training::files::check_writable;
///
/// let directory = tempfile::tempdir()?;
/// assert!(check_writable(&directory.path().join("new/one.tinyconv")).is_ok());
/// assert!(check_writable(directory.path()).is_err()); // that is a directory
/// assert_eq!(directory.path().read_dir()?.count(), 0); // and nothing was left behind
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn check_writable(path: &Path) -> Result<(), FileError> {
    let unwritable = |source| FileError::Unwritable { path: path.into(), source };
    check(path).map_err(unwritable)?;
    // Directories that are missing are created when there is something to put in.
    let existing = path.ancestors().skip(1).find(|ancestor| ancestor.symlink_metadata().is_ok());
    let directory = existing.unwrap_or(Path::new("."));
    TemporaryFile::in_directory(directory, Readers::All).map(drop).map_err(unwritable)
}

/// Checks that what is made from the file `input` can be written to `path` later, and does not
/// replace it.
///
/// # Errors
/// As [`check_writable`]; and if both are the same file.
///
/// ```
/// use tinyconv_training::files::check_result;
///
/// let directory = tempfile::tempdir()?;
/// let input = directory.path().join("digits.tinyconv");
/// std::fs::write(&input, b"what is to be read")?;
/// assert!(check_result(&directory.path().join("digits.rs"), &input).is_ok());
/// assert!(check_result(&directory.path().join("./digits.tinyconv"), &input).is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn check_result(path: &Path, input: &Path) -> Result<(), FileError> {
    let same =
        path.canonicalize().is_ok_and(|path| input.canonicalize().is_ok_and(|it| it == path));
    if same {
        let source = io::Error::other("that is the file to read");
        return Err(FileError::Unwritable { path: path.into(), source });
    }
    check_writable(path)
}

/// `path` with `ending` behind it, whatever it ends in already.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files::with_ending;
///
/// let signed = with_ending(Path::new("trained/digits.tinyconv"), ".signed");
/// assert_eq!(signed, Path::new("trained/digits.tinyconv.signed"));
/// ```
#[must_use]
pub fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Whether a file can take the place of what is at `path`: a regular file, or nothing.
pub(super) fn check(path: &Path) -> io::Result<()> {
    if path.file_name().is_none() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let kind = match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        metadata => metadata?.file_type(),
    };
    if kind.is_file() {
        Ok(())
    } else if kind.is_dir() {
        Err(io::ErrorKind::IsADirectory.into())
    } else if kind.is_symlink() {
        Err(io::Error::other("it is a symbolic link: give the path it leads to, or remove it"))
    } else {
        Err(io::Error::other("it is a device, a pipe or a socket, and only files are replaced"))
    }
}

/// The directory that `path` is in.
pub(super) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
