//! Networks that are values, computed and trained without a type: what the tool knows of a model file whose
//! network it was not built with.
//!
//! A network's layers are grouped as [`network!`](macro@tinyconv::network) groups them, each block is an
//! [`AnyLayer`](tinyconv::layers::AnyLayer) of the core, and memory is laid out as in the types: the results
//! have the bits of the compiled network.

mod branches;
mod chain;
mod error;
mod interpreter;
mod node;

pub use error::InterpretError;
pub use interpreter::Interpreter;
