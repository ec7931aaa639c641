//! The kinds of data sets: each knows its files, and makes samples of them.

use std::path::Path;

use super::cifar10::Cifar10;
#[cfg(feature = "pictures")]
use super::folders::{Folders, Targets};
use super::idx::Idx;
use super::{Augmentation, DataError, Dataset, Opened, Split};

/// What a network asks of data.
///
/// ```
/// use tinyconv_training::data::Wanted;
///
/// let wanted = Wanted { shape: [3, 32, 32], classes: 10 };
/// assert_eq!(wanted.shape[0], 3); // channels, rows, columns
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Channels, rows and columns.
    pub shape: [usize; 3],
    /// The most classes.
    pub classes: usize,
}

/// A kind of data set, by the files that a directory has.
///
/// To add one: its file here, a row in [`kinds`], and what can be wrong with it in [`DataError`].
///
/// ```
/// use tinyconv_training::data::{bundled_mnist_dir, kinds};
///
/// let mnist = bundled_mnist_dir();
/// let fitting: Vec<_> = kinds().iter().filter(|kind| kind.is_in(&mnist)).collect();
/// assert!(fitting.len() == 1 && fitting[0].describe().starts_with("IDX files"));
/// ```
pub trait DataKind: Sync {
    /// Its files, for a message: after "give a directory of".
    ///
    /// ```
    /// use tinyconv_training::data::kinds;
    ///
    /// assert!(kinds().iter().any(|kind| kind.describe().contains("CIFAR-10")));
    /// ```
    fn describe(&self) -> &'static str;

    /// Whether `directory` has such files, be they whole or not.
    ///
    /// ```
    /// use tinyconv_training::data::kinds;
    ///
    /// let empty = tempfile::tempdir()?;
    /// assert!(!kinds().iter().any(|kind| kind.is_in(empty.path())));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    fn is_in(&self, directory: &Path) -> bool;

    /// Reads what `directory` has to train and to test with.
    ///
    /// # Errors
    /// If a file is missing or damaged, or there are more classes than are wanted.
    ///
    /// ```
    /// use tinyconv_training::data::{Wanted, bundled_mnist_dir, kinds};
    ///
    /// let (idx, wanted) = (kinds()[0], Wanted { shape: [1, 28, 28], classes: 10 });
    /// assert_eq!(idx.open(&bundled_mnist_dir(), wanted)?.data.train.labels.len(), 60_000);
    /// # Ok::<(), tinyconv_training::data::DataError>(())
    /// ```
    fn open(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Dataset>, DataError>;

    /// The same without what there is to train with.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    ///
    /// ```
    /// use tinyconv_training::data::{Wanted, bundled_mnist_dir, kinds};
    ///
    /// let (idx, wanted) = (kinds()[0], Wanted { shape: [1, 28, 28], classes: 10 });
    /// assert_eq!(idx.open_test(&bundled_mnist_dir(), wanted)?.data.labels[0], 7);
    /// # Ok::<(), tinyconv_training::data::DataError>(())
    /// ```
    fn open_test(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Split>, DataError>;

    /// Everything that `directory` has, to train and to test with, as one.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    ///
    /// ```
    /// use tinyconv_training::data::{Wanted, bundled_mnist_dir, kinds};
    ///
    /// let (idx, wanted) = (kinds()[0], Wanted { shape: [1, 28, 28], classes: 10 });
    /// assert_eq!(idx.open_whole(&bundled_mnist_dir(), wanted)?.data.labels.len(), 70_000);
    /// # Ok::<(), tinyconv_training::data::DataError>(())
    /// ```
    fn open_whole(&self, directory: &Path, wanted: Wanted) -> Result<Opened<Split>, DataError> {
        let Opened { data: Dataset { mut train, test, .. }, labels, notes } =
            self.open(directory, wanted)?;
        train.append(test);
        Ok(Opened { data: train, labels, notes })
    }

    /// How samples of `shape` are varied in training, where nobody asks for anything: as provided, as
    /// `usual`, a recipe's, if they are pictures. One row of pixels is a signal.
    ///
    /// ```
    /// use tinyconv_training::data::{Augmentation, kinds};
    ///
    /// let (idx, usual) = (kinds()[0], Augmentation::DIGITS);
    /// assert_eq!(idx.augmentation([1, 28, 28], usual), usual);
    /// assert!(idx.augmentation([3, 1, 128], usual).is_none());
    /// ```
    fn augmentation(&self, shape: [usize; 3], usual: Augmentation) -> Augmentation {
        if shape[1] == 1 { Augmentation::NONE } else { usual }
    }
}

/// All kinds. The first one whose files are there is that of a directory; of a directory that has none, the
/// first one says what is missing.
///
/// ```
/// assert_eq!(tinyconv_training::data::kinds().len(), 4);
/// ```
#[must_use]
pub fn kinds() -> &'static [&'static dyn DataKind] {
    &[
        &Idx,
        &Cifar10,
        // Before those in folders, among which there may be one with the pictures of a table.
        #[cfg(feature = "pictures")]
        &Targets,
        #[cfg(feature = "pictures")]
        &Folders,
    ]
}

/// The kind of `directory`.
pub(super) fn kind_of(directory: &Path) -> &'static dyn DataKind {
    let fitting = kinds().iter().find(|kind| kind.is_in(directory));
    fitting.copied().unwrap_or(kinds()[0])
}

/// How the samples of `directory` are varied where nobody asks for anything: see
/// [`DataKind::augmentation`].
///
/// ```
/// use tinyconv_training::data::{Augmentation, augmentation_of, bundled_mnist_dir};
///
/// let usual = Augmentation::DIGITS;
/// assert_eq!(augmentation_of(&bundled_mnist_dir(), [1, 28, 28], usual), usual);
/// ```
#[must_use]
pub fn augmentation_of(directory: &Path, shape: [usize; 3], usual: Augmentation) -> Augmentation {
    kind_of(directory).augmentation(shape, usual)
}

/// All kinds in words.
///
/// ```
/// let text = tinyconv_training::data::describe_kinds();
/// assert!(text.starts_with("IDX files") && text.contains("; or "));
/// ```
#[must_use]
pub fn describe_kinds() -> String {
    kinds().iter().map(|kind| kind.describe()).collect::<Vec<_>>().join("; or ")
}
