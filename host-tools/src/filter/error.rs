//! Why a picture was not filtered, in words that say what to do.

use thiserror::Error;

use super::{Filter, Method, SIZE_LIMIT};
use tinyconv_training::picture::PictureError;

/// Why there is no picture, no kernel, or no way to apply the one to the other.
///
/// ```
/// use host_tools::filter::{FilterError, Kernel};
///
/// let error = Kernel::mean(4).unwrap_err();
/// assert!(matches!(error, FilterError::KernelSize(4)));
/// assert!(error.to_string().ends_with("give an odd --size from 1 to 255"));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FilterError {
    /// The file is no picture.
    #[error(transparent)]
    Picture(#[from] PictureError),

    /// Rows and columns that do not go with the number of values.
    #[error(
        "{rows} x {columns} pixels do not match {values} values; give one value per pixel, and at \
         least one pixel"
    )]
    Shape {
        /// The rows.
        rows: usize,
        /// The columns.
        columns: usize,
        /// The number of values.
        values: usize,
    },

    /// A name that is none.
    #[error("there is no filter {0:?}: use one of {known}", known = Filter::NAMES.join(", "))]
    UnknownFilter(String),

    /// A kernel without a middle, or a huge one.
    #[error("a kernel of {0} x {0} is not possible: give an odd --size from 1 to {SIZE_LIMIT}")]
    KernelSize(usize),

    /// A kernel that comes in one size only.
    #[error(
        "the kernel {name} is 3 x 3, not {size} x {size}: leave out --size, or use box or gaussian"
    )]
    FixedSize {
        /// The kernel.
        name: &'static str,
        /// The size asked for.
        size: usize,
    },

    /// The separable method with a kernel that is not separable.
    #[error(
        "the kernel {0} is not separable, it is not a column times a row: use --method {direct} or \
         --method {fft}",
        direct = Method::Direct.name(),
        fft = Method::Fft.name()
    )]
    NotSeparable(&'static str),
}
