//! What is known about a board.

use serde::Serialize;

use super::{Core, Firmware, Support};

/// A board, with the memory that a program on it has.
///
/// ```
/// use tinyconv_report::boards::named;
///
/// let board = named("pico").unwrap();
/// assert_eq!((board.title, board.core.name(), board.ram), ("Raspberry Pi Pico", "Cortex-M0+", 264 << 10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Board {
    /// Its name on the command line; that of its example, if there is one.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// The chip.
    pub chip: &'static str,
    /// The processor.
    pub core: Core,
    /// The core's highest clock; none where there is no chip.
    pub megahertz: Option<u16>,
    /// Bytes of the largest block of RAM: where a `static` has to be in one piece.
    pub ram: usize,
    /// Bytes of flash that programs are in.
    pub flash: usize,
    /// Where the figures are from.
    pub source: &'static str,
    /// Which of the measured programs is most like one on this board.
    pub support: Support,
    /// What firmware for it is built with; none: there is no example.
    #[serde(skip)]
    pub firmware: Option<Firmware>,
}
