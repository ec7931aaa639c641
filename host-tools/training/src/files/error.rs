//! What can be wrong with files of models, in words that name the file and say what to do.

use crate::text::shown;
use std::{io, path::PathBuf};

use thiserror::Error;
use tinyconv::model_file::ModelFileError;

use crate::interpret::InterpretError;
use crate::training::InvalidState;

/// Why a file cannot be read, used or written.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::files::{self, FileError};
///
/// let error = files::read(Path::new("no/such.tinyconv")).unwrap_err();
/// assert!(matches!(error, FileError::Unreadable { .. }));
/// assert!(error.to_string().starts_with("cannot read no/such.tinyconv"));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileError {
    /// The operating system refused to read a file.
    #[error("cannot read {}; check the path", shown(.path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },

    /// A file is larger than any model file.
    #[error(
        "{} has more than {limit} bytes, too many for a model file; check the path",
        shown(.path)
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest number of bytes that is read.
        limit: u64,
    },

    /// Test samples that are no images, for a firmware.
    #[error("a firmware's test samples are images, and these are numbers: give images (--data)")]
    NoImages,

    /// The bytes are not a model file.
    #[error("cannot use {} as a model file", shown(.path))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ModelFileError,
    },

    /// A network that is not computed on this machine.
    #[error("cannot run the network in {}", shown(.path))]
    NotRunnable {
        /// The file.
        path: PathBuf,
        /// What is wrong with the network.
        source: InterpretError,
    },

    /// There is no state of a run to go on from.
    #[error(
        "there is no {}, the state of a run that was stopped: check --out and --model, or begin anew \
         without --resume",
        shown(.path)
    )]
    NoState {
        /// Where it would be.
        path: PathBuf,
    },

    /// A file with the state of a run cannot be used.
    #[error("cannot go on from {}", shown(.path))]
    InvalidState {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: InvalidState,
    },

    /// A file cannot be created where it should be.
    #[error(
        "cannot write {}; choose another path with --out (for a report: --report)",
        shown(.path)
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },

    /// Another program trains into the same directory.
    #[error(
        "another run writes to {}: wait for it, or give another directory with --out",
        shown(.directory)
    )]
    Busy {
        /// The directory.
        directory: PathBuf,
    },

    /// Writing failed half-way.
    #[error(
        "writing {} failed; the previous file, if any, is unchanged, and so are those that belong to it",
        shown(.path)
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}
