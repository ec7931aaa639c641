//! A project of the user's own, written whole or not at all: a network, the program that trains it, and
//! firmware that runs it.
//!
//! What is a board's own, a project has from the board's example, as it is; what the table of boards
//! says fills templates.

mod board;
mod error;
mod files;
mod firmware;
mod name;
mod settings;
mod settings_error;
mod start;
mod template;
mod write;

#[cfg(test)]
#[path = "../../../tests/support/bless.rs"]
#[allow(dead_code, reason = "the tests of firmware use more of it")]
mod bless;

pub use board::ProjectBoard;
pub use error::ProjectError;
pub use files::{Checkout, files, seen_from};
pub use name::check_name;
pub use settings::Settings;
pub use settings_error::SettingsError;
pub use start::Start;
pub use write::write;
