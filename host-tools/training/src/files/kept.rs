//! Model files that another one would replace.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tinyconv::model_file::ModelFile;

use super::{EXTENSION, FileError, read, write};
use crate::text::stated;

/// Why a model file was kept.
///
/// ```
/// use tinyconv_training::files::WhyKept;
///
/// let why = WhyKept::Better { old: 0.9928, new: 0.1135 };
/// assert_eq!(why.to_string(), "its accuracy is 99.28 %, the new one's 11.35 %");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WhyKept {
    /// The new one is less accurate, as each file says itself, or one of them does not say: that is 0.
    Better {
        /// The accuracy of the old one.
        old: f32,
        /// The accuracy of the new one.
        new: f32,
    },
    /// The new one is of another network.
    OtherNetwork,
    /// The new one tells other classes apart.
    OtherClasses,
    /// The old one is no model file of this version.
    Unknown,
}

impl fmt::Display for WhyKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Better { old, new } => {
                write!(f, "its accuracy is {}, the new one's {}", stated(*old), stated(*new))
            }
            Self::OtherNetwork => f.write_str("the new one is of another network"),
            Self::OtherClasses => f.write_str("the new one tells other classes apart"),
            Self::Unknown => f.write_str("it is no model file that this version reads"),
        }
    }
}

/// Why what is at `path` would be missed, if there is something and it would.
pub(super) fn why_keep(path: &Path, bytes: &[u8]) -> Result<Option<WhyKept>, FileError> {
    let there = match read(path) {
        Err(FileError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        Err(FileError::TooLarge { .. }) => return Ok(Some(WhyKept::Unknown)),
        there => there?,
    };
    if there == bytes {
        return Ok(None);
    }
    let (Ok(old), Ok(new)) = (ModelFile::parse(&there), ModelFile::parse(bytes)) else {
        return Ok(Some(WhyKept::Unknown));
    };
    let [old_accuracy, new_accuracy] = [&old, &new].map(|file| file.training.test_accuracy);
    let kinds =
        |file: &ModelFile<'_>| file.layers.iter().map(|layer| layer.kind).collect::<Vec<_>>();
    Ok(if old.input != new.input || kinds(&old) != kinds(&new) {
        Some(WhyKept::OtherNetwork)
    } else if old.labels != new.labels {
        Some(WhyKept::OtherClasses)
    } else if old_accuracy > 0.0 && new_accuracy >= old_accuracy {
        None
    } else {
        Some(WhyKept::Better { old: old_accuracy, new: new_accuracy })
    })
}

/// Gives the file at `path` a second name that nothing has: `NAME.previous.tinyconv`, if `tinyconv` is its
/// ending, or one with a number.
///
/// # Errors
/// If the operating system refuses it.
///
/// ```
/// use tinyconv_training::files;
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("digits.state");
/// files::write(&path, b"old")?;
/// assert_eq!(files::keep(&path)?, directory.path().join("digits.previous.state"));
/// files::write(&path, b"new")?;
/// assert_eq!(files::keep(&path)?, directory.path().join("digits.previous-2.state"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
/// Never: there are more names than files.
pub fn keep(path: &Path) -> Result<PathBuf, FileError> {
    let ending = path.extension().unwrap_or(EXTENSION.as_ref());
    for number in 1u32.. {
        let mut previous = match number {
            1 => OsString::from("previous."),
            number => format!("previous-{number}.").into(),
        };
        previous.push(ending);
        let kept = path.with_extension(previous);
        let failed = |source| FileError::Write { path: kept.clone(), source };
        match fs::hard_link(path, &kept) {
            Ok(()) => return Ok(kept),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            // Some file systems have no second names: a copy does as well.
            Err(_) if kept.symlink_metadata().is_err() => {
                let bytes = fs::read(path).map_err(failed)?;
                write(&kept, &bytes)?;
                return Ok(kept);
            }
            Err(_) => {}
        }
    }
    unreachable!("there are more names than files")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{FileSet, encode_parameters};
    use crate::model::{Model, Of};
    use crate::networks::{DigitsTiny, Linear};
    use crate::training::TrainOptions;
    use tinyconv::model_file::Training;

    fn file(model: &dyn Model, labels: &[&str], test_accuracy: f32) -> Vec<u8> {
        let training = Training { epochs: 1, batch: 1, seed: 1, learning_rate: 0.1, test_accuracy };
        let parameters = vec![test_accuracy; model.parameters()];
        let normalisation = model.recipe().normalisation;
        encode_parameters(model, normalisation, labels, training, &parameters).unwrap()
    }

    fn replace(path: &Path, bytes: &[u8]) -> Option<(PathBuf, WhyKept)> {
        let mut set = FileSet::default();
        set.add_model(path, bytes).unwrap();
        set.commit().unwrap().pop().map(|kept| (kept.name, kept.why))
    }

    #[test]
    fn what_would_be_missed_is_kept_and_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("net.tinyconv");
        let tiny = &Of::<DigitsTiny>::new("digits-tiny", &[], TrainOptions::digits);
        let linear = &Of::<Linear>::new("linear", &[], TrainOptions::digits);
        let labels = tiny.labels();
        let good = file(tiny, &labels, 0.99);
        assert_eq!(replace(&path, &file(tiny, &labels, 0.98)), None); // nothing was there
        assert_eq!(replace(&path, &good), None); // a better one

        let kept = |name: &str| directory.path().join(format!("net.{name}.tinyconv"));
        let poor = file(tiny, &labels, 0.11);
        let why = WhyKept::Better { old: 0.99, new: 0.11 };
        assert_eq!(replace(&path, &poor), Some((kept("previous"), why)));
        assert_eq!(
            (read(&kept("previous")).unwrap(), read(&path).unwrap()),
            (good.clone(), poor.clone())
        );

        let other = file(linear, &labels, 1.0);
        let found = replace(&path, &other);
        assert_eq!(found, Some((kept("previous-2"), WhyKept::OtherNetwork)));
        let renamed = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        let found = replace(&path, &file(linear, &renamed, 1.0));
        assert_eq!(found, Some((kept("previous-3"), WhyKept::OtherClasses)));
        // Which one is better is not known.
        for (accuracy, text) in [
            (0.0, "is 100.00 %, the new one's not known"),
            (0.5, "is not known, the new one's 50.00 %"),
        ] {
            let (_, why) = replace(&path, &file(linear, &renamed, accuracy)).unwrap();
            assert!(why.to_string().ends_with(text), "{why}");
        }
        assert_eq!(read(&kept("previous")).unwrap(), good);
        assert_eq!(read(&kept("previous-2")).unwrap(), poor);
        assert_eq!(read(&kept("previous-3")).unwrap(), other);
    }
}
