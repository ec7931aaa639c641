//! Files that belong together: all of them are replaced, or none.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::kept::{WhyKept, keep, why_keep};
use super::target::{check, directory_of};
use super::temporary::{Readers, TemporaryFile};
use super::{FileError, sync};

/// Files that are written together. Each is whole on the disk, under a name that nobody knows, before the
/// first of them gets its own.
///
/// ```
/// use tinyconv_training::files::FileSet;
///
/// let directory = tempfile::tempdir()?;
/// let [model, report] = ["model", "report"].map(|name| directory.path().join(name));
/// let mut set = FileSet::default();
/// set.add(&model, b"old")?;
/// set.add(&report, b"old")?;
/// assert!(!model.exists());
/// set.commit()?;
/// assert_eq!(std::fs::read(&report)?, b"old");
///
/// let taken = directory.path().join("taken");
/// std::fs::create_dir(&taken)?;
/// let mut set = FileSet::default();
/// set.add(&model, b"new")?;
/// assert!(set.add(&taken, b"new").is_err()); // a directory is not replaced
/// drop(set);
/// assert_eq!(std::fs::read(&model)?, b"old");
/// assert_eq!(directory.path().read_dir()?.count(), 3); // and nothing else is left
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct FileSet {
    files: Vec<Staged>,
}

#[derive(Debug)]
struct Staged {
    path: PathBuf,
    temporary: TemporaryFile,
    /// What is there gets another name first.
    why_kept: Option<WhyKept>,
}

/// A file that was there, under its new name.
///
/// ```
/// use tinyconv_training::files::FileSet;
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("net.tinyconv");
/// std::fs::write(&path, "all that I know")?;
/// let mut set = FileSet::default();
/// set.add_model(&path, b"a model")?;
/// let kept = &set.commit()?[0];
/// assert_eq!(kept.name, directory.path().join("net.previous.tinyconv"));
/// assert_eq!(kept.why.to_string(), "it is no model file that this version reads");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Where it was.
    pub path: PathBuf,
    /// Where it is.
    pub name: PathBuf,
    /// Why it was not replaced.
    pub why: WhyKept,
}

impl FileSet {
    /// Writes `bytes` that will be the file `path`, and creates its directory if there is none.
    ///
    /// # Errors
    /// If `path` is a link, a device or anything else than a regular file, or the operating system refuses
    /// to write.
    ///
    /// ```
    /// use tinyconv_training::files::FileSet;
    ///
    /// let directory = tempfile::tempdir()?;
    /// let path = directory.path().join("a/b/one.bin");
    /// let mut set = FileSet::default();
    /// set.add(&path, b"one")?;
    /// set.commit()?;
    /// assert_eq!(std::fs::read(&path)?, b"one");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.files.push(Staged::new(path, bytes, Readers::All)?);
        Ok(())
    }

    /// [`FileSet::add`] of a file that nobody else may read.
    ///
    /// # Errors
    /// As [`FileSet::add`].
    ///
    /// ```
    /// use tinyconv_training::files::FileSet;
    ///
    /// let directory = tempfile::tempdir()?;
    /// let path = directory.path().join("secret");
    /// let mut set = FileSet::default();
    /// set.add_private(&path, b"key")?;
    /// set.commit()?;
    /// # #[cfg(unix)]
    /// # let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata()?.permissions());
    /// # #[cfg(unix)]
    /// assert_eq!(mode & 0o777, 0o600);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_private(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.files.push(Staged::new(path, bytes, Readers::Owner)?);
        Ok(())
    }

    /// [`FileSet::add`] of a model file: what is there and would be missed (a more accurate model, one of
    /// another network or of other classes, a file that is none) is kept beside it.
    ///
    /// # Errors
    /// As [`FileSet::add`], and if what is there cannot be read.
    ///
    /// ```
    /// use tinyconv_training::files::{self, FileSet};
    ///
    /// let bytes = files::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv").as_ref())?;
    /// let directory = tempfile::tempdir()?;
    /// let path = directory.path().join("net.tinyconv");
    /// for _ in 0..2 {
    ///     let mut set = FileSet::default();
    ///     set.add_model(&path, &bytes)?;
    ///     assert_eq!(set.commit()?, []); // nothing was there, and then nothing else
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_model(&mut self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        let staged = Staged::new(path, bytes, Readers::All)?;
        self.files.push(Staged { why_kept: why_keep(path, bytes)?, ..staged });
        Ok(())
    }

    /// Gives the files their names, and says what was kept of those that were there.
    ///
    /// # Errors
    /// If the operating system refuses it.
    ///
    /// ```
    /// assert_eq!(tinyconv_training::files::FileSet::default().commit()?, []);
    /// # Ok::<(), tinyconv_training::files::FileError>(())
    /// ```
    pub fn commit(self) -> Result<Vec<Kept>, FileError> {
        let mut all_kept = Vec::new();
        // Whatever else can fail does so before the first name changes.
        for Staged { path, why_kept, .. } in &self.files {
            check(path).map_err(|source| FileError::Unwritable { path: path.into(), source })?;
            if let &Some(why) = why_kept {
                all_kept.push(Kept { path: path.into(), name: keep(path)?, why });
            }
        }
        let mut directories: Vec<PathBuf> = Vec::new();
        for Staged { path, temporary, .. } in self.files {
            let failed = |source| FileError::Write { path: path.clone(), source };
            temporary.rename(&path).map_err(failed)?;
            directories.push(directory_of(&path).into());
        }
        directories.dedup();
        directories.iter().for_each(|directory| sync(directory));
        Ok(all_kept)
    }
}

impl Staged {
    /// Writes `bytes` to the disk, beside `path`.
    fn new(path: &Path, bytes: &[u8], readers: Readers) -> Result<Self, FileError> {
        let unwritable = |source| FileError::Unwritable { path: path.into(), source };
        let failed = |source| FileError::Write { path: path.into(), source };
        check(path).map_err(unwritable)?;
        let directory = directory_of(path);
        std::fs::create_dir_all(directory).map_err(unwritable)?;
        let mut temporary = TemporaryFile::in_directory(directory, readers).map_err(unwritable)?;
        temporary.file().write_all(bytes).map_err(failed)?;
        // Else the name could survive a power cut and the content not.
        temporary.file().sync_all().map_err(failed)?;
        Ok(Self { path: path.into(), temporary, why_kept: None })
    }
}
