//! The data that commands train and test with.

use std::path::{Path, PathBuf};

use super::output;
use tinyconv_training::data::{DataError, Dataset, Opened, Split, bundled_mnist_dir};
use tinyconv_training::model::Model;

/// The classes of the bundled MNIST.
pub const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

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
        check_digits(&labels)?;
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
        check_digits(labels)?;
    }
    let opened = opened.by_name(labels)?;
    opened.notes.iter().for_each(|note| output::note(note));
    Ok(opened)
}

/// The bundled digits are nobody's default who tells something else apart; without names, nobody knows.
fn check_digits(labels: &[&str]) -> Result<(), DataError> {
    if labels.is_empty() || labels == DIGITS {
        return Ok(());
    }
    Err(DataError::NotDigits { labels: labels.iter().map(ToString::to_string).collect() })
}
