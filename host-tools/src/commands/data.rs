//! The data that commands test with.

use std::path::PathBuf;

use super::output;
use tinyconv_training::data::{DataError, Opened, Split, bundled_mnist_dir};
use tinyconv_training::model::Model;

/// The images to test `model` with, of the data set that the user named or else of the bundled one;
/// tells the user what was changed on the way.
pub fn open_test(data: Option<PathBuf>, model: &dyn Model) -> Result<Opened<Split>, DataError> {
    let directory = data.unwrap_or_else(bundled_mnist_dir);
    let opened = Opened::<Split>::open_test(&directory, model.images(), model.labels().len())?;
    opened.notes.iter().for_each(|note| output::note(note));
    Ok(opened)
}
