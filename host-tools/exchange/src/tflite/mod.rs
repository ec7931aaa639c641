//! Networks in TensorFlow Lite's files.

mod error;
mod flat;
mod import;
mod lowering;
mod model;
mod names;
mod operators;
#[cfg(test)]
mod tests;

pub use error::TfliteError;
pub use import::{import, looks_like};
