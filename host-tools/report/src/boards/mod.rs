//! Boards that people have, so that "does it fit?" is answered before one is bought or flashed.

mod board;
mod code;
mod firmware;
mod fit;
mod input;
mod kib;
mod known;
mod processor;
mod speed;

pub use board::Board;
pub use code::Support;
pub use firmware::{Family, Firmware};
pub use fit::{Fit, Room, Work};
pub use input::Input;
pub use kib::kib;
pub use known::BOARDS;
pub use processor::Core;
pub use speed::{Speed, Time};

/// The board called `name`.
///
/// ```
/// use tinyconv_report::boards::named;
///
/// let board = named("microbit-v1").unwrap();
/// assert_eq!((board.chip, board.ram, board.flash), ("nRF51822", 16 << 10, 256 << 10));
/// assert!(named("abacus").is_none());
/// ```
#[must_use]
pub fn named(name: &str) -> Option<&'static Board> {
    BOARDS.iter().find(|board| board.name == name)
}
