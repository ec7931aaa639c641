//! Whether an imported network computes what it computed where it comes from.

mod difference;
mod error;
mod report;
mod runtime;
mod stored;
mod vectors;

pub use difference::Difference;
pub use error::ParityError;
pub use report::{LayerParity, Parity};
pub use runtime::{LayerValues, Reference, Runtime};
pub use stored::stored;
pub use vectors::Vectors;
