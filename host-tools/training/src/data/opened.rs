//! A directory of data, of whichever kind it is.

use std::path::Path;

use super::kind::kind_of;
use super::{DataError, Dataset, Split, Wanted};

/// Data, and what came with it.
///
/// ```
/// use tinyconv_training::data::{Opened, Split, bundled_mnist_dir};
///
/// let opened = Opened::<Split>::open_test(&bundled_mnist_dir(), [1, 28, 28], 10)?;
/// assert_eq!(opened.data.labels.len(), 10_000);
/// assert_eq!(opened.labels, None); // IDX files have numbers only
/// # Ok::<(), tinyconv_training::data::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened<T> {
    /// The data: a [`Dataset`], or the [`Split`] to test with.
    pub data: T,
    /// The names of its classes, if it has names for them.
    pub labels: Option<Vec<String>>,
    /// What was changed on the way, for the user.
    pub notes: Vec<String>,
}

impl<T> Opened<T> {
    /// The names of the data's classes, if there is one for each of the network's; else `usual`.
    ///
    /// ```
    /// use tinyconv_training::data::Opened;
    ///
    /// let labels = Some(vec!["cat".into(), "dog".into()]);
    /// let opened = Opened { data: (), labels, notes: Vec::new() };
    /// assert_eq!(opened.labels_or(vec!["0", "1"]), ["cat", "dog"]);
    /// assert_eq!(opened.labels_or(vec!["0", "1", "2"]), ["0", "1", "2"]);
    /// ```
    pub fn labels_or<'a>(&'a self, usual: Vec<&'a str>) -> Vec<&'a str> {
        match &self.labels {
            Some(labels) if labels.len() == usual.len() => {
                labels.iter().map(String::as_str).collect()
            }
            _ => usual,
        }
    }
}

impl Opened<Dataset> {
    /// Opens the data set in `directory`: one of the [kinds](super::kinds).
    ///
    /// Pictures in folders are in `train/CLASS/` and `test/CLASS/`; or in `CLASS/`, and
    /// [`kept_for_testing`](super::kept_for_testing) chooses. The folders, sorted with 2 before 10, are
    /// the classes. Pictures become images of `shape` (channels, rows, columns): others are resized,
    /// what is transparent is put on white, and colours become grey if there is one channel. The notes
    /// say how many.
    ///
    /// # Errors
    /// If it is of no kind, a file is missing or damaged, or there are more classes than `classes`.
    ///
    /// ```
    /// use tinyconv_training::data::{Dataset, Opened};
    ///
    /// let directory = tempfile::tempdir()?;
    /// for (class, name) in [("cat", "1"), ("cat", "2"), ("dog", "1"), ("dog", "2")] {
    ///     for part in ["train", "test"] {
    ///         let folder = directory.path().join(part).join(class);
    ///         std::fs::create_dir_all(&folder)?;
    ///         image::RgbImage::new(4, 4).save(folder.join(name).with_extension("png"))?;
    ///     }
    /// }
    /// let opened = Opened::<Dataset>::open(directory.path(), [3, 2, 2], 2)?;
    /// assert_eq!(opened.labels, Some(vec!["cat".into(), "dog".into()]));
    /// assert_eq!(opened.data.train.labels, [0, 0, 1, 1]);
    /// assert!(opened.notes[0].contains("were resized to 2 x 2"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(directory: &Path, shape: [usize; 3], classes: usize) -> Result<Self, DataError> {
        kind_of(directory).open(directory, Wanted { shape, classes })
    }
}

impl Opened<Split> {
    /// The same without the images to train with.
    ///
    /// # Errors
    /// As [`open`](Opened::<Dataset>::open).
    ///
    /// ```
    /// use tinyconv_training::data::{Opened, Split, bundled_mnist_dir};
    ///
    /// let opened = Opened::<Split>::open_test(&bundled_mnist_dir(), [1, 28, 28], 10)?;
    /// assert_eq!((opened.data.labels[0], opened.notes.len()), (7, 0));
    /// assert!(Opened::<Split>::open_test(&bundled_mnist_dir(), [1, 28, 28], 2).is_err());
    /// # Ok::<(), tinyconv_training::data::DataError>(())
    /// ```
    pub fn open_test(
        directory: &Path,
        shape: [usize; 3],
        classes: usize,
    ) -> Result<Self, DataError> {
        kind_of(directory).open_test(directory, Wanted { shape, classes })
    }
}
