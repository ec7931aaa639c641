//! A data set as MNIST lays it out: four files in one directory, checked against each other.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::idx::read_images_if;
use super::{DataError, Split, read_labels};

/// Samples to train with and samples to test with, all of one shape.
///
/// ```
/// use tinyconv_training::data::{Dataset, Inputs, Split};
///
/// let inputs = Inputs::bytes([1, 1, 2], vec![1, 2, 3, 4]);
/// let split = Split::new(inputs, vec![0, 1]);
/// let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// assert!(dataset.train.labels.iter().all(|&label| usize::from(label) < dataset.classes));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// What a network is trained with.
    pub train: Split,
    /// What a network is judged by.
    pub test: Split,
    /// Every label is below this number.
    pub classes: usize,
}

/// The directory of the copy of MNIST that this repository carries.
///
/// ```
/// use tinyconv_training::data::{Dataset, bundled_mnist_dir};
///
/// let test = Dataset::open_test(&bundled_mnist_dir(), 10)?;
/// assert_eq!(test.labels.len(), 10_000);
/// # Ok::<(), tinyconv_training::data::DataError>(())
/// ```
#[must_use]
pub fn bundled_mnist_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/mnist")
}

impl Dataset {
    /// Reads the four files of a data set, each plain or gzipped.
    ///
    /// # Errors
    ///
    /// If a file is missing or damaged, if the files do not belong together, or if a label is not
    /// below `classes`.
    ///
    /// ```
    /// use tinyconv_training::data::{Dataset, bundled_mnist_dir};
    ///
    ///
    /// let mnist = Dataset::open(&bundled_mnist_dir(), 10)?;
    /// assert_eq!((mnist.train.labels.len(), mnist.test.labels.len()), (60_000, 10_000));
    /// assert_eq!(mnist.train.labels[..5], [5, 0, 4, 1, 9]);
    ///
    /// let error = Dataset::open(&bundled_mnist_dir(), 9).unwrap_err(); // there are nines
    /// assert!(error.to_string().contains("labels must be below 9"));
    /// # Ok::<(), tinyconv_training::data::DataError>(())
    /// ```
    pub fn open(directory: &Path, classes: usize) -> Result<Self, DataError> {
        let (train, test) = rayon::join(
            || Split::open(directory, "train", classes),
            || Split::open(directory, "t10k", classes),
        );
        let (train, test) = (train?, test?);
        let size = |split: &Split| {
            let [_, rows, columns] = split.inputs.shape();
            (rows, columns)
        };
        if size(&train) != size(&test) {
            return Err(DataError::SizeMismatch {
                directory: directory.into(),
                train: size(&train),
                test: size(&test),
            });
        }
        Ok(Self { train, test, classes })
    }

    /// Whether `directory` has any of the files.
    pub(super) fn is_in(directory: &Path) -> bool {
        [
            ("train", "images", 3),
            ("t10k", "images", 3),
            ("train", "labels", 1),
            ("t10k", "labels", 1),
        ]
        .into_iter()
        .any(|(prefix, content, dimensions)| find(directory, prefix, content, dimensions).is_ok())
    }

    /// The same with `border` rows and columns of zeros on every side of each image.
    ///
    /// ```
    /// use tinyconv_training::data::{Dataset, Inputs, Split};
    ///
    /// let inputs = Inputs::bytes([1, 28, 28], vec![9; 784]);
    /// let split = Split::new(inputs, vec![3]);
    /// let padded = Dataset { train: split.clone(), test: split, classes: 10 }.padded(2);
    /// assert_eq!(padded.train.inputs.shape(), [1, 32, 32]);
    /// ```
    #[must_use]
    pub fn padded(&self, border: usize) -> Self {
        let Self { train, test, classes } = self;
        Self { train: train.padded(border), test: test.padded(border), classes: *classes }
    }

    /// As [`padded`](Self::padded), without a copy where there is no border.
    ///
    /// ```
    /// use std::borrow::Cow;
    ///
    /// use tinyconv_training::data::{Dataset, Inputs, Split};
    ///
    /// let split = Split::new(Inputs::bytes([1, 1, 1], vec![9]), vec![0]);
    /// let dataset = Dataset { train: split.clone(), test: split, classes: 1 };
    /// assert!(matches!(dataset.bordered(0), Cow::Borrowed(_)));
    /// ```
    #[must_use]
    pub fn bordered(&self, border: usize) -> Cow<'_, Self> {
        match border {
            0 => Cow::Borrowed(self),
            border => Cow::Owned(self.padded(border)),
        }
    }

    /// Reads the two test files only, which is all that an evaluation needs.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    ///
    /// ```
    /// use tinyconv_training::data::{Dataset, bundled_mnist_dir};
    ///
    ///
    /// let test = Dataset::open_test(&bundled_mnist_dir(), 10)?;
    /// assert_eq!(test.labels[..5], [7, 2, 1, 0, 4]);
    /// # Ok::<(), tinyconv_training::data::DataError>(())
    /// ```
    pub fn open_test(directory: &Path, classes: usize) -> Result<Split, DataError> {
        Split::open(directory, "t10k", classes)
    }
}

impl Split {
    fn open(directory: &Path, prefix: &str, classes: usize) -> Result<Self, DataError> {
        let images_path = find(directory, prefix, "images", 3)?;
        let labels_path = find(directory, prefix, "labels", 1)?;
        // They are few bytes, and tell how many images there should be.
        let labels = read_labels(&labels_path)?;
        let images = read_images_if(&images_path, |images| {
            if images == labels.len() {
                return Ok(());
            }
            let (images_path, labels_path) = (images_path.clone(), labels_path.clone());
            let labels = labels.len();
            Err(DataError::CountMismatch { images_path, images, labels_path, labels })
        })?;
        let wrong = labels.iter().position(|&label| usize::from(label) >= classes);
        if let Some(index) = wrong {
            return Err(DataError::LabelOutOfRange {
                path: labels_path,
                index,
                label: labels[index],
                classes,
            });
        }
        Ok(Self::new(images, labels))
    }
}

/// Finds a file under any of the names that it has in the wild; a plain one before a gzipped one.
fn find(
    directory: &Path,
    prefix: &str,
    content: &str,
    dimensions: usize,
) -> Result<PathBuf, DataError> {
    if !directory.is_dir() {
        return Err(DataError::MissingDirectory { path: directory.into() });
    }
    // Some archives, and some programs that unpack them, write the second hyphen as a dot.
    for ending in ["", ".gz"] {
        for separator in ['-', '.'] {
            let name = format!("{prefix}-{content}{separator}idx{dimensions}-ubyte{ending}");
            let path = directory.join(name);
            if path.is_file() {
                return Ok(path);
            }
        }
    }
    Err(DataError::MissingPart {
        directory: directory.into(),
        name: format!("{prefix}-{content}-idx{dimensions}-ubyte"),
    })
}
