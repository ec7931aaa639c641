//! What firmware includes of a trained network, as four files: parameters, a few images, what they
//! show, and what all that means.

mod lines;
mod source;

use std::path::{Path, PathBuf};

use tinyconv::model_file::ModelFile;
use tinyconv_training::data::Split;
use tinyconv_training::files::{self, FileError, FileSet};

use crate::export;
pub use lines::lines;
use source::source;

/// The files: the parameters of the deployed network, as [`export::raw`] has them; images, a byte
/// for each channel, row and column; the class of each image, two bytes, the lower first; and a Rust
/// source file with what they mean, by which the compiler tells whether they are of one training and
/// of the network that it compiles.
///
/// ```
/// assert_eq!(host_tools::firmware::FILES[0], "parameters.bin");
/// ```
pub const FILES: [&str; 4] = ["parameters.bin", "images.bin", "labels.bin", "model.rs"];

/// At most so many images.
const IMAGES: usize = 10;
/// And, from the second one on, at most so many bytes of them: flash is small.
const IMAGE_BYTES: usize = 32 << 10;

/// The directory of the files in the project at `root`.
///
/// ```
/// let directory = host_tools::firmware::directory("my-net".as_ref());
/// assert_eq!(directory, std::path::Path::new("my-net").join("trained"));
/// ```
#[must_use]
pub fn directory(root: &Path) -> PathBuf {
    root.join("trained")
}

/// Checks that [`write()`] can write to `directory`.
///
/// # Errors
/// If it cannot.
///
/// ```
/// use host_tools::firmware::check_writable;
///
/// let directory = tempfile::tempdir()?;
/// assert!(check_writable(&directory.path().join("model")).is_ok());
/// let file = directory.path().join("file");
/// std::fs::write(&file, b"no directory")?;
/// assert!(check_writable(&file).is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn check_writable(directory: &Path) -> Result<(), FileError> {
    FILES.iter().try_for_each(|file| files::check_writable(&directory.join(file)))
}

/// Writes the [`FILES`] of `model` to `directory`, with the first image of each class of `test`,
/// images as large as the network's input.
///
/// # Errors
/// If the operating system refuses it.
///
/// # Panics
/// As [`export::parameters`].
///
/// ```
/// use host_tools::data::{Inputs, Split};
/// use host_tools::firmware;
/// use tinyconv::model_file::ModelFile;
///
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv");
/// let bytes = std::fs::read(path)?;
/// let inputs = Inputs::bytes([1, 28, 28], vec![7; 3 * 784]);
/// let test = Split::new(inputs, vec![4, 0, 4]);
///
/// let directory = tempfile::tempdir()?;
/// firmware::write(directory.path(), &ModelFile::parse(&bytes)?, &test)?;
/// let [parameters, images, labels, source] =
///     firmware::FILES.map(|file| std::fs::read(directory.path().join(file)).unwrap());
/// assert_eq!((parameters.len(), images.len()), (4 * 5142, 2 * 784));
/// assert_eq!(labels, [0, 0, 4, 0]);
/// assert!(String::from_utf8(source)?.contains("pub const DEVIATION: [f32; 1] = [255.0];"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(directory: &Path, model: &ModelFile<'_>, test: &Split) -> Result<(), FileError> {
    let mut written = FileSet::default();
    add(directory, model, test, &mut written)?;
    written.commit().map(drop)
}

/// Adds what [`write()`] writes to files that are written with it.
///
/// # Errors
/// As of [`write()`].
///
/// # Panics
/// As [`export::parameters`].
///
/// ```
/// use host_tools::data::{Inputs, Split};
/// use host_tools::{files::FileSet, firmware};
/// use tinyconv::model_file::ModelFile;
///
/// let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv"))?;
/// let test = Split::new(Inputs::bytes([1, 28, 28], vec![7; 784]), vec![4]);
/// let directory = tempfile::tempdir()?;
/// let mut written = FileSet::default();
/// firmware::add(directory.path(), &ModelFile::parse(&bytes)?, &test, &mut written)?;
/// assert!(!directory.path().join("model.rs").exists());
/// written.commit()?;
/// assert!(directory.path().join("model.rs").exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn add(
    directory: &Path,
    model: &ModelFile<'_>,
    test: &Split,
    written: &mut FileSet,
) -> Result<(), FileError> {
    let contents = contents(model, test)?;
    FILES
        .iter()
        .zip(contents)
        .try_for_each(|(name, bytes)| written.add(&directory.join(name), &bytes))
}

/// What is in each of the [`FILES`] of `model`.
pub(crate) fn contents(
    model: &ModelFile<'_>,
    test: &Split,
) -> Result<[Vec<u8>; FILES.len()], FileError> {
    let chosen = test.select(first_of_each_class(test));
    let labels: Vec<u8> = chosen.labels.iter().flat_map(|label| label.to_le_bytes()).collect();
    let images = chosen.images().ok_or(FileError::NoImages)?.pixels.to_vec();
    let parameters = export::raw(model);
    let source = source(model, [&parameters, &images, &labels]);
    Ok([parameters, images, labels, source.into_bytes()])
}

/// In the order of the classes; where there are none, the first samples.
fn first_of_each_class(test: &Split) -> Vec<usize> {
    let fit = (IMAGE_BYTES / test.inputs.size().max(1)).clamp(1, IMAGES);
    if test.target_len() > 0 {
        return (0..test.labels.len()).take(fit).collect();
    }
    let classes = test.labels.iter().max().map_or(0, |&last| usize::from(last) + 1);
    let first = |class| test.labels.iter().position(|&label| usize::from(label) == class);
    (0..classes).filter_map(first).take(fit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tinyconv_training::data::Inputs;

    fn split(columns: usize, labels: &[u16]) -> Split {
        let pixels = vec![0; labels.len() * columns];
        Split::new(Inputs::bytes([1, 1, columns], pixels), labels.into())
    }

    #[test]
    fn each_class_once_as_far_as_they_fit() {
        assert_eq!(first_of_each_class(&split(2, &[3, 0, 3, 1, 0])), [1, 3, 0]);
        let many: Vec<u16> = (0..20).collect();
        assert_eq!(first_of_each_class(&split(2, &many)).len(), IMAGES);
        assert_eq!(first_of_each_class(&split(10 << 10, &many)).len(), 3);
        assert_eq!(first_of_each_class(&split(100 << 10, &many)).len(), 1);
    }
}
