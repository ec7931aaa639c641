//! Networks as values, and everything that follows from a list of layers: shapes, parameters, memory, which layers are
//! computed together.
//!
//! All of it is `const fn`: the compiler, `network!` and a tool at run time say the same. A
//! kind of layer is one file below `kinds/`; whoever wants to know something about a layer asks [`LayerKind`], whose
//! `match`es are the only ones over all kinds.
//!
//! Programs use this crate as `tinyconv::plan`.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(test)]
extern crate std;

mod block;
mod class;
mod dims;
mod facts;
mod fingerprint;
mod kind;
mod kinds;
mod layer_spec;
mod maps;
mod message;
mod needs;
mod option_value;
mod padding_option;
mod placed;
mod plan;
mod shape_error;
#[cfg(feature = "serde")]
mod stored;
mod tensor;
#[cfg(test)]
mod tests;
mod training_needs;
mod walk;
mod window;
mod working;
mod written;

pub use block::{Block, BlockKind, Branches, PlanBlocks, fuses, needs_with_pool, with_pool};
pub use class::Class;
pub use dims::Dims;
pub use facts::Facts;
pub use fingerprint::fingerprint;
pub use kinds::*;
pub use layer_spec::{LayerSpec, deployed, deployed_kind, deployed_len};
pub use maps::{MapSpec, Maps};
pub use message::Message;
pub use needs::Needs;
pub use option_value::{OptionValue, OptionValues, Value};
pub use padding_option::PaddingOption;
pub use placed::{Placed, check, check_block, check_option, places};
pub use plan::{MOST_LAST, Plan};
pub use shape_error::{Misfit, ShapeError};
pub use tensor::{Role, Start, Tensor, Tensors};
pub use training_needs::TrainingNeeds;
pub use walk::{MOST_NESTED, Walk};
pub use window::Window;
pub use working::Working;
pub use written::{Takes, Written, WrittenOption};
