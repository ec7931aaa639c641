//! Networks in TensorFlow Lite's files.

mod error;
mod export;
mod export_error;
mod flat;
mod import;
mod lowering;
mod model;
mod names;
mod operators;
#[cfg(test)]
mod tests;
mod writer;

pub use error::TfliteError;
pub use export::export;
pub use export_error::TfliteExportError;
pub use import::{import, import_output, looks_like};
