//! A project of the user's own, written whole or not at all: a network, the program that trains it, and
//! firmware that runs it.
//!
//! What the examples for boards have, a project has from them: their own files with a few words
//! replaced, so that nothing is written twice.

mod board;
mod error;
mod files;
mod firmware;
mod name;
mod template;
mod write;

pub use board::Board;
pub use error::ProjectError;
pub use files::{Checkout, files};
pub use name::check_name;
pub use write::write;
