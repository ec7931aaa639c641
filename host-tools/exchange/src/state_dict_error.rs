//! What can be wrong with a safetensors file, in words that say what to do.

use safetensors::SafeTensorError;
use thiserror::Error;

/// Why the bytes of a file are not tensors that can be taken.
///
/// ```
/// use tinyconv_exchange::{StateDict, StateDictError};
///
/// // A list of tensors that claims 1000 bytes, of which two are there.
/// let bytes = [&1000u64.to_le_bytes()[..], b"{}"].concat();
/// let error = StateDict::parse(&bytes).unwrap_err();
/// assert!(matches!(error, StateDictError::Truncated { claimed: 1000, rest: 2 }));
/// assert!(error.to_string().contains("copy it again"));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StateDictError {
    /// What `torch.save` writes.
    #[error(
        "this is a torch.save file, and reading it would mean running it: save the tensors with \
         safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")"
    )]
    Pickle,
    /// The bytes do not begin as a safetensors file does.
    #[error("this is not a safetensors file: check the path")]
    NotSafetensors,
    /// The file ends within its list of tensors.
    #[error(
        "the file is truncated: its list of tensors claims {claimed} bytes, but only {rest} are \
         there; copy it again"
    )]
    Truncated {
        /// The bytes that the list claims.
        claimed: u64,
        /// Those that follow.
        rest: u64,
    },
    /// The list of tensors is longer than any network's.
    #[error(
        "the list of tensors has {claimed} bytes, more than the limit of {limit}: check the path"
    )]
    LongHeader {
        /// The bytes that the list claims.
        claimed: u64,
        /// The most that are read.
        limit: u64,
    },
    /// The list of tensors is damaged, or does not fit what follows it.
    #[error("the list of tensors is not valid ({}): copy or write the file again", plain(.0))]
    Header(#[from] SafeTensorError),
    /// There is no tensor of that name.
    #[error("there is no tensor {name:?}")]
    NoTensor {
        /// The name.
        name: String,
    },
    /// A tensor of numbers that parameters are not made of.
    #[error(
        "the tensor {name:?} is of type {stored}; parameters are F32, F16, BF16 or F64: convert it \
         (.float()) before you save it"
    )]
    Type {
        /// The tensor.
        name: String,
        /// Its type, as the format calls it.
        stored: String,
    },
    /// A tensor with a number that no parameter can be.
    #[error(
        "the tensor {name:?} has {value} as its number {index} (of f32, counted from 0): training \
         diverged, or the file is damaged"
    )]
    NotFinite {
        /// The tensor.
        name: String,
        /// Where in it.
        index: usize,
        /// The number in `f32`.
        value: f32,
    },
}

/// What is wrong, without the names of the library's types.
fn plain(error: &SafeTensorError) -> String {
    match error {
        SafeTensorError::InvalidHeader(_) => "it is not UTF-8".into(),
        SafeTensorError::InvalidHeaderDeserialization(error) => {
            format!("it is not its JSON: {error}")
        }
        SafeTensorError::TensorInvalidInfo => {
            "a tensor's shape and type claim another number of bytes than it has".into()
        }
        SafeTensorError::InvalidOffset(name) => {
            format!("the tensor {name:?} does not begin where the one before ends")
        }
        SafeTensorError::MetadataIncompleteBuffer => {
            "its tensors have another number of bytes than follow it: the file is truncated".into()
        }
        SafeTensorError::ValidationOverflow => {
            "a tensor claims more numbers than any memory holds".into()
        }
        other => format!("{other:?}"),
    }
}
