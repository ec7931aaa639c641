//! What the page says when it cannot do what it is asked for.

use core::fmt;

use tinyconv::model_file::ModelFileError;
use tinyconv::tuning::TuneError;

/// Why the page did not do something; nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageError {
    /// No model file has been opened.
    NoModel,
    /// The file is longer than those of any network of the page, which have at most so many bytes.
    FileTooLarge(usize),
    /// The bytes are not a model file.
    File(ModelFileError),
    /// A whole model file of a network that the page does not know.
    OtherNetwork,
    /// Parameters or normalisation are not finite numbers.
    NotNumbers,
    /// Names in the file are too long to be shown.
    NamesTooLong,
    /// Nothing is drawn.
    Blank,
    /// An output is not a finite number.
    Output,
    /// The network did not take an example.
    Teach(TuneError),
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoModel => f.write_str("no model file is open: open one first"),
            Self::FileTooLarge(limit) => write!(
                f,
                "the file has more than {limit} bytes, more than the model files of this page's \
                 networks: open another one"
            ),
            Self::File(error) => error.fmt(f),
            Self::OtherNetwork => f.write_str(
                "the model file belongs to a network that this page does not know: open one of \
                 the page's networks, or build a page for yours",
            ),
            Self::NotNumbers => f.write_str(
                "parameters or normalisation in the model file are no finite numbers: train again",
            ),
            Self::NamesTooLong => f.write_str(
                "the names in the model file are too long to be shown: use shorter ones",
            ),
            Self::Blank => f.write_str("nothing is drawn yet: draw something first"),
            Self::Output => f.write_str(
                "the network's output is no finite number: undo what was taught, or open another \
                 model file",
            ),
            Self::Teach(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for PageError {}

impl From<ModelFileError> for PageError {
    fn from(error: ModelFileError) -> Self {
        Self::File(error)
    }
}

impl From<TuneError> for PageError {
    fn from(error: TuneError) -> Self {
        Self::Teach(error)
    }
}
