//! Parameters in the forms that other programs and boards have them in: named tensors, laid out as
//! PyTorch's, checkpoints in flash, and whole networks in ONNX and TensorFlow Lite: what of these is read is a chapter
//! of its own, [`importing`].
//!
//! The way from PyTorch to a board and back, with its commands, is a chapter of its own: [`pytorch`].
#![deny(missing_docs)]

pub mod onnx;
pub mod parity;
pub mod tflite;

mod archive;
mod flash_image;
mod graph;
mod imported;
mod match_error;
mod matching;
mod model_notes;
mod named_layer;
mod read_back;
mod read_back_error;
mod renaming;
mod role;
mod state_dict;
mod state_dict_error;
mod state_dict_of;
mod tensor;
mod tensors;

pub use archive::{ArchiveError, as_safetensors};
pub use imported::{
    ImportedLayer, ImportedNetwork, LayersError, Preparation, Turn, network_name, type_name,
};
pub use match_error::{MatchError, Mismatch, OtherShape};
pub use matching::{Matched, match_layers};
pub use model_notes::ModelNotes;
pub use named_layer::NamedLayer;
pub use read_back::{ReadBack, read_back};
pub use read_back_error::ReadBackError;
pub use renaming::Renaming;
pub use role::TensorName;
pub use state_dict::StateDict;
pub use state_dict_error::StateDictError;
pub use state_dict_of::state_dict_of;
pub use tensor::Tensor;
pub use tensors::{TensorsError, parameters_of, shapes_of, tensors_of};
/// What a tensor is to its layer.
pub use tinyconv::plan::Role;

#[doc = include_str!("book/importing.md")]
pub mod importing {}

#[doc = include_str!("book/pytorch.md")]
pub mod pytorch {}

/// A shape as people write it.
pub(crate) fn shape_text(shape: &[usize]) -> String {
    if shape.is_empty() {
        return "a single number".into();
    }
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ")
}
