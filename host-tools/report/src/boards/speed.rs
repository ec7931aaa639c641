//! How long a network takes on a board: an estimate.

use serde::Serialize;
use tinyconv_training::model::Memory;

use super::Board;

/// Cycles for each multiply-add of a network's inference.
///
/// ```
/// use tinyconv_report::boards::Core;
///
/// let speed = Core::CortexM7.speed().unwrap();
/// assert!(speed.training > speed.inference);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Of an inference.
    pub inference: f64,
    /// Of a training step with one sample that trains every layer.
    pub training: f64,
}

/// Milliseconds that a network takes on a board, estimated.
///
/// ```
/// use tinyconv_report::boards::{Time, named};
/// use tinyconv_built_in::MODELS;
///
/// let digits = MODELS[0].memory();
/// let time = Time::of(named("microbit-v2").unwrap(), &digits).unwrap();
/// assert_eq!((time.inference.round(), time.training.round()), (12.0, 20.0));
/// // QEMU is not a board, and tells no time.
/// assert_eq!(Time::of(named("qemu-mps2").unwrap(), &digits), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Time {
    /// Of an inference.
    pub inference: f64,
    /// Of a training step with one sample that trains every layer.
    pub training: f64,
}

impl Time {
    /// What the estimate is from, for whoever prints one.
    ///
    /// ```
    /// assert!(tinyconv_report::boards::Time::SOURCE.starts_with("Times are estimates"));
    /// ```
    pub const SOURCE: &str = "Times are estimates: the network's multiply-adds, times what digits takes for \
                              each (cycles of a Cortex-M4's table; elsewhere instructions in QEMU, as if each \
                              took a cycle), at the chip's full clock; flash that is slower than the core costs \
                              more";

    /// Of a network that takes `memory` on `board`, if the board has a clock and its core was measured.
    ///
    /// ```
    /// use tinyconv_report::boards::{Time, named};
    /// use tinyconv_built_in::MODELS;
    ///
    /// let [digits, lenet] = [0, 4].map(|model| MODELS[model].memory());
    /// let pico = named("pico-2").unwrap();
    /// let inference = |memory| Time::of(pico, memory).unwrap().inference;
    /// assert!(inference(&lenet) > inference(&digits));
    /// ```
    #[must_use]
    pub fn of(board: &Board, memory: &Memory) -> Option<Self> {
        let (speed, megahertz) = board.core.speed().zip(board.megahertz)?;
        let thousands = memory.multiply_adds as f64 / (f64::from(megahertz) * 1e3);
        Some(Self { inference: speed.inference * thousands, training: speed.training * thousands })
    }

    /// Milliseconds as tables show them, with two digits.
    ///
    /// ```
    /// use tinyconv_report::boards::Time;
    ///
    /// assert_eq!([0.0123, 1.234, 12.34, 1234.6].map(Time::text), ["0.01", "1.2", "12", "1235"]);
    /// ```
    #[must_use]
    pub fn text(milliseconds: f64) -> String {
        match milliseconds {
            ..1.0 => format!("{milliseconds:.2}"),
            ..10.0 => format!("{milliseconds:.1}"),
            _ => format!("{milliseconds:.0}"),
        }
    }
}
