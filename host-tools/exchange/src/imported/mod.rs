//! From the graph of a file, whatever its format, to layers in a row, with blocks of two branches.

mod arithmetic;
mod assembler;
mod blocks;
mod dense;
mod error;
mod layer;
mod layout;
mod moved;
mod names;
mod network;
mod patterns;
mod preparation;
mod structure;
mod turn;

pub use error::LayersError;
pub use layer::ImportedLayer;
pub use names::{network_name, type_name};
pub use network::ImportedNetwork;
pub use preparation::Preparation;
pub use turn::Turn;

pub(crate) use arithmetic::complement;
pub(crate) use assembler::assemble;
pub(crate) use names::{Names, of_layer};
