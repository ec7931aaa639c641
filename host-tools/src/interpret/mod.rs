//! Networks that are values, run without a type: what the tool knows of a model file whose network it
//! was not built with.
//!
//! Plain loops in the order of the core's documentation, over any [`Element`](tinyconv::Element): the
//! results have the bits of the compiled network.

mod error;
mod evaluate;
mod interpreter;
mod layers;
#[cfg(test)]
mod tests;

pub use error::InterpretError;
pub use evaluate::evaluate;
pub use interpreter::Interpreter;
