//! Why outputs cannot be compared, or should not differ as they do.

use std::{io, path::PathBuf};

use thiserror::Error;
use tinyconv_training::text::shown;

use crate::StateDictError;
use crate::onnx::NumbersError;
use tinyconv_training::files::FileError;
use tinyconv_training::limits::OverLimit;

/// Why there is no parity.
///
/// ```
/// use tinyconv_exchange::parity::{ParityError, stored};
///
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
/// let refused = stored(path.as_ref(), 1000, 10).unwrap_err();
/// assert!(matches!(refused, ParityError::Size { input: 1000, output: 10, .. }));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ParityError {
    /// The stored vectors are no tensors.
    #[error("cannot use {} as stored inputs and outputs", shown(.path))]
    Tensors {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: StateDictError,
    },
    /// A stored tensor of an ONNX test is none.
    #[error("{} is not a tensor in ONNX format: write it again, or remove it", shown(.path))]
    NoTensor {
        /// The file.
        path: PathBuf,
    },
    /// The numbers of a stored tensor cannot be used.
    #[error("cannot use the numbers in {}", shown(.path))]
    Numbers {
        /// The file.
        path: PathBuf,
        /// What is wrong with them.
        source: NumbersError,
    },
    /// To compute them would take more than may be spent on it.
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
    /// There are too many vectors.
    #[error("the vectors beside the file have more than {limit} numbers: remove some of them")]
    TooMany {
        /// The most that are read.
        limit: usize,
    },
    /// A file of the vectors cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The stored vectors belong to another network.
    #[error(
        "the vectors in {} hold {inputs} input numbers and {outputs} output numbers, which is not \
         a whole number of samples of {input} and {output}: write them again, or remove them",
        shown(.path)
    )]
    Size {
        /// The file.
        path: PathBuf,
        /// Numbers of inputs.
        inputs: usize,
        /// Numbers of outputs.
        outputs: usize,
        /// Numbers in an input.
        input: usize,
        /// Numbers in an output.
        output: usize,
    },
    /// Python does not have what is compared with.
    #[error(
        "{} cannot import {modules}, apart from the user's own packages: install them in a virtual \
         environment and give its Python with --python, or leave out --check",
        shown(.python)
    )]
    NoRuntime {
        /// The Python.
        python: PathBuf,
        /// What it should import.
        modules: &'static str,
    },
    /// What is compared with failed.
    #[error("{name} did not run the network ({said}): check that the file is a whole network")]
    Runtime {
        /// What it is called.
        name: &'static str,
        /// What it said last.
        said: String,
    },
    /// Files for the other implementation cannot be written or read.
    #[error("cannot pass the network on")]
    Exchange(#[from] io::Error),
    /// The network computes something else.
    #[error(
        "the outputs differ from those of {reference} by {absolute:.3e}, {relative:.3e} of the largest, where \
         rounding explains 1e-5: if the reference is right, please report it with the file"
    )]
    Differs {
        /// What they were compared with.
        reference: String,
        /// The largest difference.
        absolute: f64,
        /// The same as a share of the largest output.
        relative: f64,
    },
}
