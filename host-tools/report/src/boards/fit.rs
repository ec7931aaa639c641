//! Whether a network fits a board, and what is left there.

use serde::Serialize;

use super::{Board, Input};
use tinyconv_training::model::{Memory, Training};

/// What a program needs besides the network's blocks.
///
/// ```
/// use tinyconv_report::boards::{Input, Room};
///
/// assert_eq!(Room::default(), Room { stack: 2_048, input: Input::Bytes });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Room {
    /// Bytes for the stack.
    pub stack: usize,
    /// Where the input is.
    pub input: Input,
}

impl Default for Room {
    /// An input in bytes, and more stack than any of the measured ones (at most 1 376 bytes).
    fn default() -> Self {
        Self { stack: 2 << 10, input: Input::default() }
    }
}

/// How much of a network a program trains.
///
/// ```
/// use tinyconv_report::boards::{Fit, Work, Room, named};
/// use tinyconv_built_in::MODELS;
///
/// let (board, memory) = (named("microbit-v2").unwrap(), MODELS[0].memory());
/// let ram = |part| Fit::new(board, &memory, part, Room::default()).ram;
/// let all = Work::Training(&memory.training[0]);
/// assert_eq!([ram(Work::Inference), ram(all)], [7_352, 33_560]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work<'a> {
    /// Nothing: it infers.
    Inference,
    /// Some layers, in one of the ways of [`Memory::training`].
    Training(&'a Training),
}

/// What a use of a network takes of a board.
///
/// ```
/// use tinyconv_report::boards::{Fit, Work, Room, named};
/// use tinyconv_built_in::MODELS;
///
/// let (board, memory) = (named("microbit-v1").unwrap(), MODELS[0].memory());
/// let fit = Fit::new(board, &memory, Work::Inference, Room::default());
/// // Blocks of 4 520 bytes, the image, the stack.
/// assert_eq!(fit.ram, 4_520 + 784 + 2_048);
/// assert_eq!(fit.ram_left, 16 * 1024 - 7_352);
/// assert!(fit.fits());
/// let all = Work::Training(&memory.training[0]);
/// assert!(!Fit::new(board, &memory, all, Room::default()).fits());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fit {
    /// Bytes of RAM: blocks, input and stack.
    pub ram: usize,
    /// Bytes of flash: all parameters, and an [estimate](super::Support::code) of the code.
    pub flash: usize,
    /// What is left of the RAM; below zero, what lacks.
    pub ram_left: i64,
    /// What is left of the flash.
    pub flash_left: i64,
}

impl Fit {
    /// Compares what `part` of the network with `memory` takes with what `board` has.
    ///
    /// ```
    /// use tinyconv_report::boards::{Fit, Input, Work, Room, named};
    /// use tinyconv_built_in::MODELS;
    ///
    /// let (board, memory) = (named("microbit-v1").unwrap(), MODELS[0].memory());
    /// // An image in flash takes no RAM.
    /// let room = Room { stack: 1_024, input: Input::Flash };
    /// assert_eq!(Fit::new(board, &memory, Work::Inference, room).ram, 4_520 + 1_024);
    /// ```
    #[must_use]
    pub fn new(board: &Board, memory: &Memory, part: Work<'_>, room: Room) -> Self {
        let layers = memory.training.len() / Memory::WAYS;
        let (blocks, trained) = match part {
            Work::Inference => (memory.inference.total, 0),
            Work::Training(way) => (way.total, trained(memory, way)),
        };
        let besides = room.input.ram(memory.input_values).saturating_add(room.stack);
        let ram = blocks.saturating_add(besides);
        let flash = memory.parameters.saturating_add(board.support.code(layers, trained));
        Self { ram, flash, ram_left: left(board.ram, ram), flash_left: left(board.flash, flash) }
    }

    /// Of the ways to train a part of the network, the one that takes least RAM.
    ///
    /// ```
    /// use tinyconv_report::boards::{Fit, Room, named};
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_training::model::Memory;
    ///
    /// let (board, memory) = (named("microbit-v2").unwrap(), MODELS[0].memory());
    /// let all_layers = &memory.training[..Memory::WAYS];
    /// let least = Fit::least(board, &memory, all_layers, Room::default());
    /// assert_eq!(least.map(|fit| fit.ram), Some(33_560)); // a sample at a time, plain descent
    /// ```
    #[must_use]
    pub fn least(board: &Board, memory: &Memory, ways: &[Training], room: Room) -> Option<Self> {
        let fits = ways.iter().map(|way| Self::new(board, memory, Work::Training(way), room));
        fits.min_by_key(|fit| fit.ram)
    }

    /// RAM and flash are enough.
    ///
    /// ```
    /// use tinyconv_report::boards::Fit;
    ///
    /// assert!(Fit { ram: 10, flash: 10, ram_left: 0, flash_left: 5 }.fits());
    /// assert!(!Fit { ram: 10, flash: 10, ram_left: -1, flash_left: 5 }.fits());
    /// ```
    #[must_use]
    pub const fn fits(&self) -> bool {
        self.ram_left >= 0 && self.flash_left >= 0
    }
}

/// How many layers with parameters are trained: parts are listed from all layers to the last one.
fn trained(memory: &Memory, way: &Training) -> usize {
    let parts = memory.training.chunks(Memory::WAYS);
    let before = parts.take_while(|part| part.iter().all(|other| other.trains != way.trains));
    memory.training.len() / Memory::WAYS - before.count()
}

fn left(there: usize, taken: usize) -> i64 {
    let signed = |bytes| i64::try_from(bytes).unwrap_or(i64::MAX);
    signed(there) - signed(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boards::{Support, named};
    use tinyconv_built_in::MODELS;

    #[test]
    fn flash_grows_with_the_layers_that_are_trained() {
        let memory = MODELS[0].memory();
        let board = named("microbit-v2").unwrap();
        let flash = |index: usize| {
            let part = Work::Training(&memory.training[index * Memory::WAYS]);
            Fit::new(board, &memory, part, Room::default()).flash - memory.parameters
        };
        let code = |trained| Support::Nrf.code(3, trained);
        assert_eq!([flash(0), flash(1), flash(2)], [code(3), code(2), code(1)]);
        let inference = Fit::new(board, &memory, Work::Inference, Room::default());
        assert_eq!(inference.flash, memory.parameters + code(0));
    }

    #[test]
    fn what_lacks_is_below_zero_however_much_it_is() {
        assert_eq!((left(3, 5), left(0, usize::MAX)), (-2, -i64::MAX));
        let fit = Fit { ram: 0, flash: 0, ram_left: 0, flash_left: -1 };
        assert!(!fit.fits());
    }
}
