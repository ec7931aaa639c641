//! Why a project's settings cannot be used, in words that say what to do.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;
use tinyconv_training::files::FileError;
use tinyconv_training::text::shown;

/// Why a project's settings cannot be used.
///
/// ```
/// use host_tools::project::{Settings, SettingsError};
///
/// let project = tempfile::tempdir()?;
/// std::fs::write(project.path().join(Settings::FILE), "version = 7\n")?;
/// let error = Settings::read(project.path()).unwrap_err();
/// assert!(matches!(error, SettingsError::Newer { version: 7, .. }));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file is there and cannot be read.
    #[error("cannot read the project's settings, {}", shown(.path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A newer program has written it.
    #[error(
        "{} has version {version}, of a newer tinyconv: use that one, or write the file anew with \
         `version = 1`",
        shown(.path)
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: i64,
    },
    /// It says something that is not known.
    #[error("{} is not understood; correct it, or remove the line: {reason}", shown(.path))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
    /// A board that the table lacks.
    #[error(
        "{} names the board {name:?}, which is not known; `memory` lists the boards that are",
        shown(.path)
    )]
    Board {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// A path that TOML cannot hold.
    #[error("{} is no text, so the settings cannot hold it; rename the directory", shown(.0))]
    NoText(PathBuf),
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] FileError),
}

impl SettingsError {
    pub(super) fn new(path: &Path, reason: &impl Display) -> Self {
        Self::Invalid { path: path.to_owned(), reason: reason.to_string().trim_end().to_owned() }
    }
}
