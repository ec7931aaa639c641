//! The data that commands train and test with.

use std::path::{Path, PathBuf};

use super::output;
use crate::project::{Settings, SettingsError};
use tinyconv_training::data::{DataError, Dataset, Opened, Split, bundled_mnist_dir};
use tinyconv_training::model::{Model, Networks};

/// The classes of the bundled MNIST.
pub const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// Channels, rows and columns of the bundled images.
const MNIST_IMAGES: [usize; 3] = [1, 28, 28];

/// The data set that was asked for, or else the one that the program's project remembers.
pub fn or_remembered(
    networks: Networks,
    asked: Option<PathBuf>,
) -> Result<Option<PathBuf>, SettingsError> {
    match (asked, networks.first().project()) {
        (None, Some(root)) => Ok(Settings::read(root)?.data),
        (asked, _) => Ok(asked),
    }
}

/// The data set in `data`, or else the bundled one, and what the network's outputs are called then.
pub fn open(
    data: Option<PathBuf>,
    model: &dyn Model,
) -> Result<(PathBuf, Opened<Dataset>, Vec<String>), DataError> {
    let bundled = data.is_none();
    let directory = data.unwrap_or_else(bundled_mnist_dir);
    let labels = model.labels();
    let opened = Opened::<Dataset>::open(&directory, model.images(), labels.len())?;
    if bundled {
        check_digits(model, &labels)?;
    }
    opened.notes.iter().for_each(|note| output::note(note));
    let (opened, labels) = opened.for_training(&labels);
    Ok((directory, opened, labels))
}

/// What there is to test with in `data`, or else in the bundled data set, its classes numbered as
/// `labels`, the model's, has them.
pub fn open_test(
    data: Option<&Path>,
    model: &dyn Model,
    labels: &[&str],
) -> Result<Opened<Split>, DataError> {
    let bundled = bundled_mnist_dir();
    let directory = data.unwrap_or(&bundled);
    let opened = Opened::<Split>::open_test(directory, model.images(), model.labels().len())?;
    if data.is_none() {
        check_digits(model, labels)?;
    }
    let opened = opened.by_name(labels)?;
    opened.notes.iter().for_each(|note| output::note(note));
    Ok(opened)
}

/// The bundled data set is for networks that fit it, not for any that takes numbers.
fn check_digits(model: &dyn Model, labels: &[&str]) -> Result<(), DataError> {
    let takes = model.images();
    if takes != MNIST_IMAGES {
        return Err(DataError::NotMnist { takes });
    }
    if labels.is_empty() || labels == DIGITS {
        return Ok(());
    }
    Err(DataError::NotDigits { labels: labels.iter().map(ToString::to_string).collect() })
}
