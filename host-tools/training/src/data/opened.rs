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

/// Data whose classes can be given other numbers.
///
/// ```
/// use tinyconv_training::data::{Classes, Dataset, Inputs, Split};
///
/// let split = Split::new(Inputs::bytes([1, 1, 1], vec![9, 8]), vec![0, 1]);
/// let mut dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// dataset.renumber(&[1, 0]);
/// assert_eq!((dataset.train.labels, dataset.test.labels), (vec![1, 0], vec![1, 0]));
/// ```
pub trait Classes {
    /// Class `c` is now `numbers[c]`.
    ///
    /// # Panics
    /// If a class has no new number.
    ///
    /// ```
    /// use tinyconv_training::data::{Classes, Inputs, Split};
    ///
    /// let mut split = Split::new(Inputs::bytes([1, 1, 1], vec![9, 8]), vec![0, 1]);
    /// split.renumber(&[3, 7]);
    /// assert_eq!(split.labels, [3, 7]);
    /// ```
    fn renumber(&mut self, numbers: &[u16]);
}

impl Classes for Split {
    fn renumber(&mut self, numbers: &[u16]) {
        for label in &mut self.labels {
            *label = numbers[usize::from(*label)];
        }
    }
}

impl Classes for Dataset {
    fn renumber(&mut self, numbers: &[u16]) {
        self.train.renumber(numbers);
        self.test.renumber(numbers);
    }
}

impl<T: Classes> Opened<T> {
    /// The same with the classes numbered as `labels` has them: classes go by name, whatever their order,
    /// and some may be missing. Data without names stay as they are, and so do all if there are no `labels`.
    ///
    /// # Errors
    /// If a class is none of `labels`.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Opened, Split};
    ///
    /// let data = Split::new(Inputs::bytes([1, 1, 1], vec![9, 8]), vec![0, 1]);
    /// let labels = Some(vec!["cat".to_owned(), "emu".to_owned()]);
    /// let opened = Opened { data, labels, notes: Vec::new() };
    /// let named = opened.clone().by_name(&["dog", "emu", "cat"])?;
    /// assert_eq!(named.data.labels, [2, 1]);
    ///
    /// let error = opened.by_name(&["dog", "emu"]).unwrap_err().to_string();
    /// assert!(error.starts_with("the data have pictures of cat, but the model knows only dog, emu"));
    /// # Ok::<(), tinyconv_training::data::DataError>(())
    /// ```
    pub fn by_name(mut self, labels: &[&str]) -> Result<Self, DataError> {
        let Some(names) = self.labels.take().filter(|_| !labels.is_empty()) else {
            return Ok(self);
        };
        let known: Vec<String> = labels.iter().map(ToString::to_string).collect();
        let Some(numbers) =
            names.iter().map(|name| number(name, labels)).collect::<Option<Vec<_>>>()
        else {
            let unknown = names.into_iter().filter(|name| number(name, labels).is_none()).collect();
            return Err(DataError::UnknownClasses { unknown, known });
        };
        self.data.renumber(&numbers);
        self.labels = Some(known);
        Ok(self)
    }

    /// The same for training, and what the outputs are called then: as in [`by_name`](Self::by_name) if the
    /// network's `labels` have all classes, else as the classes themselves.
    ///
    /// ```
    /// use tinyconv_training::data::{Inputs, Opened, Split};
    ///
    /// let opened = |names: [&str; 2]| Opened {
    ///     data: Split::new(Inputs::bytes([1, 1, 1], vec![9, 8]), vec![0, 1]),
    ///     labels: Some(names.map(str::to_owned).to_vec()),
    ///     notes: Vec::new(),
    /// };
    /// let (named, labels) = opened(["7", "3"]).for_training(&["1", "3", "7"]);
    /// assert_eq!((named.data.labels, labels), (vec![2, 1], vec!["1".into(), "3".into(), "7".into()]));
    /// let (named, labels) = opened(["cat", "emu"]).for_training(&["1", "3", "7"]);
    /// assert_eq!((named.data.labels, labels), (vec![0, 1], vec!["cat".into(), "emu".into(), "(unused 2)".into()]));
    /// ```
    #[must_use]
    pub fn for_training(mut self, labels: &[&str]) -> (Self, Vec<String>) {
        let usual = labels.iter().map(ToString::to_string).collect();
        let Some(names) = &self.labels else { return (self, usual) };
        let numbers = names.iter().map(|name| number(name, labels)).collect::<Option<Vec<_>>>();
        if let Some(numbers) = numbers {
            self.data.renumber(&numbers);
            self.labels = Some(usual.clone());
            return (self, usual);
        }
        let unused = (names.len()..labels.len()).map(|number| format!("(unused {number})"));
        let labels = names.iter().cloned().chain(unused).collect();
        (self, labels)
    }
}

/// The place of `name` among `labels`.
fn number(name: &str, labels: &[&str]) -> Option<u16> {
    (0..).zip(labels).find(|(_, label)| **label == name).map(|(number, _)| number)
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
    /// Everything in `directory`, to train and to test with, as one: of pictures in `CLASS/`, none is kept
    /// apart, and one class with one picture is enough.
    ///
    /// # Errors
    /// As [`open`](Opened::<Dataset>::open).
    ///
    /// ```
    /// use tinyconv_training::data::{Opened, Split};
    ///
    /// let directory = tempfile::tempdir()?;
    /// let folder = directory.path().join("cat");
    /// std::fs::create_dir(&folder)?;
    /// image::GrayImage::new(2, 2).save(folder.join("1.png"))?;
    /// let opened = Opened::<Split>::open_whole(directory.path(), [1, 2, 2], 2)?;
    /// assert_eq!((opened.data.labels, opened.labels), (vec![0], Some(vec!["cat".into()])));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_whole(
        directory: &Path,
        shape: [usize; 3],
        classes: usize,
    ) -> Result<Self, DataError> {
        kind_of(directory).open_whole(directory, Wanted { shape, classes })
    }
}
