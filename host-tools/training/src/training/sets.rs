//! The samples of a run.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{InvalidOptions, RunOptions, keep_apart};
use crate::data::{Dataset, Split};

/// What a run learns from, and what judges it.
///
/// ```
/// use tinyconv_training::data::{Dataset, Inputs, Split};
/// use tinyconv_training::training::{RunOptions, Sets};
///
/// let split = Split::new(Inputs::bytes([1, 1, 1], (0..20).collect()), [0, 1].repeat(10));
/// let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// let run = RunOptions { validate: Some(0.2), ..RunOptions::default() };
/// let sets = Sets::of(&dataset, &run, 1)?;
/// let validation = sets.validation.as_ref().unwrap();
/// assert_eq!((sets.train.labels.len(), validation.labels.len()), (16, 4)); // two of each class
/// assert_eq!(Sets::of(&dataset, &RunOptions::default(), 1)?.validation, None);
/// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sets<'a> {
    /// What it learns from.
    pub train: Cow<'a, Split>,
    /// What judges each epoch, if that is not what judges in the end.
    pub validation: Option<Split>,
    /// What judges in the end.
    pub test: &'a Split,
}

impl<'a> Sets<'a> {
    /// Those of `dataset`, of which a share is kept apart if `run` asks for it; the seed decides which.
    ///
    /// # Errors
    /// If a class has too few samples to be divided so.
    ///
    /// ```
    /// use tinyconv_training::data::{Dataset, Inputs, Split};
    /// use tinyconv_training::training::{RunOptions, Sets};
    ///
    /// let split = Split::new(Inputs::bytes([1, 1, 1], vec![1, 2, 3]), vec![0, 0, 1]);
    /// let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
    /// let run = RunOptions { validate: Some(0.5), ..RunOptions::default() };
    /// let error = Sets::of(&dataset, &run, 1).unwrap_err().to_string();
    /// assert!(error.contains("class 1 has only one training sample"), "{error}");
    /// ```
    pub fn of(dataset: &'a Dataset, run: &RunOptions, seed: u64) -> Result<Self, InvalidOptions> {
        let Dataset { train, test, .. } = dataset;
        Ok(match run.validate {
            None => Self { train: Cow::Borrowed(train), validation: None, test },
            Some(share) => {
                let (train, validation) = keep_apart(train, share, seed)?;
                Self { train: Cow::Owned(train), validation: Some(validation), test }
            }
        })
    }

    /// The classes that are judged, and of which no training sample is.
    ///
    /// ```
    /// use tinyconv_training::data::{Dataset, Inputs, Split};
    /// use tinyconv_training::training::{RunOptions, Sets};
    ///
    /// let split = |labels: &[u16]| Split::new(Inputs::bytes([1, 1, 1], vec![0; 3]), labels.to_vec());
    /// let dataset = Dataset { train: split(&[0, 1, 0]), test: split(&[2, 1, 2]), classes: 3 };
    /// assert_eq!(Sets::of(&dataset, &RunOptions::default(), 1)?.unseen(), [2]);
    /// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
    /// ```
    #[must_use]
    pub fn unseen(&self) -> Vec<u16> {
        let known: BTreeSet<u16> = self.train.labels.iter().copied().collect();
        let judged = self.validation.iter().chain([self.test]).flat_map(|split| &split.labels);
        let all: BTreeSet<u16> = judged.copied().collect();
        all.difference(&known).copied().collect()
    }
}
