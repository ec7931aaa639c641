//! Why the tensors of an archive are not taken.

use thiserror::Error;

/// Why the tensors of an archive are not taken.
///
/// ```
/// use tinyconv_exchange::{ArchiveError, as_safetensors};
///
/// assert!(matches!(as_safetensors(b"PK\x03\x04 and no more"), Err(ArchiveError::Damaged)));
/// assert!(matches!(as_safetensors(b"\x89HDF\r\n\x1a\n"), Err(ArchiveError::Keras)));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It cannot be unpacked.
    #[error("the archive is damaged: copy or save the file again")]
    Damaged,
    /// It has more files than any state dict.
    #[error("the archive has more than {limit} files: a network this large fits no board")]
    TooManyFiles {
        /// The most that are read.
        limit: usize,
    },
    /// It unpacks to more than is read.
    #[error("the archive unpacks to more than {limit} bytes: a network this large fits no board")]
    TooLarge {
        /// The most that is read.
        limit: usize,
    },
    /// A part of it is not there.
    #[error("the archive has no {file:?}: it is damaged, save it again")]
    Missing {
        /// Which part.
        file: String,
    },
    /// Keras' own formats.
    #[error(
        "this is one of Keras' own files: in Python, \
         open(\"model.tflite\", \"wb\").write(tf.lite.TFLiteConverter.from_keras_model(model).convert()), and import that"
    )]
    Keras,
    /// PyTorch's format before archives.
    #[error(
        "PyTorch before 1.6 wrote this file: in Python, torch.save(torch.load(\"old.pt\", map_location=\"cpu\"), \
         \"new.pt\"), and import that"
    )]
    OldPyTorch,
    /// An archive of something else.
    #[error("the archive has no tensors: it is neither PyTorch's (data.pkl) nor NumPy's (.npy)")]
    NoTensors,
    /// A whole module, or anything else that would have to be run.
    #[error(
        "the file holds {object:?}, not only tensors, and reading it would mean running it: in Python, \
         torch.save(model.state_dict(), \"model.pt\"), and import that"
    )]
    Object {
        /// What would be run.
        object: String,
    },
    /// Its list of tensors is none.
    #[error("the archive's list of tensors is not valid ({problem}): save the file again")]
    Pickle {
        /// What is wrong.
        problem: &'static str,
    },
    /// Numbers in the other byte order.
    #[error("the numbers are big-endian: save the file again on a little-endian machine")]
    BigEndian,
    /// An array that is not what parameters are.
    #[error("the array {name:?} {problem}")]
    Array {
        /// Which one.
        name: String,
        /// What it is.
        problem: String,
    },
}
