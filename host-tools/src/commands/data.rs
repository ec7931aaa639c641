//! The data that commands train and test with.

use std::path::{Path, PathBuf};

use super::output;
use crate::project::{Settings, SettingsError};
use tinyconv_training::data::{DataError, Dataset, Opened, Split, bundled_mnist_dir};
use tinyconv_training::model::{Model, Networks};

/// The classes of the bundled MNIST.
pub const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// What a model file says of the bundled data set.
pub const BUNDLED: &str = "the bundled MNIST";

/// Channels, rows and columns of the bundled images.
pub const MNIST_IMAGES: [usize; 3] = [1, 28, 28];

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
    if bundled {
        check_digits(model, &labels)?;
    }
    let opened = Opened::<Dataset>::open(&directory, model.images(), labels.len())?;
    opened.notes.iter().for_each(|note| output::note(note));
    let (opened, labels) = opened.for_training(&labels);
    Ok((directory, opened, labels))
}

/// What a model file says of the data that the model was trained with.
pub fn description(directory: &Path, bundled: bool, data: &Dataset) -> String {
    if bundled {
        return BUNDLED.to_owned();
    }
    let name = std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned());
    let name = name.file_name().unwrap_or_default().to_string_lossy();
    let [train, test] = [&data.train, &data.test].map(|split| split.labels.len());
    // A name can be as long as the system allows; what is cut is for people.
    let name: String = name.chars().take(64).collect();
    format!("{name:?}, {train} samples to train and {test} to test with")
}

/// What there is to test with in `data`, or else in the bundled data set, if the model was `trained_with`
/// that, its classes numbered as `labels`, the model's, has them.
pub fn open_test(
    data: Option<&Path>,
    model: &dyn Model,
    labels: &[&str],
    trained_with: &str,
) -> Result<Opened<Split>, DataError> {
    let bundled = bundled_mnist_dir();
    let directory = data.unwrap_or(&bundled);
    if data.is_none() {
        if ![BUNDLED, ""].contains(&trained_with) {
            return Err(DataError::OtherData { trained_with: trained_with.to_owned() });
        }
        check_digits(model, labels)?;
    }
    let opened = Opened::<Split>::open_test(directory, model.images(), model.labels().len())?;
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
