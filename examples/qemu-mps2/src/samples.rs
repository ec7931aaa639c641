//! The images of the program `finetune`, in flash: what `tinyconv finetune --export samples` wrote.

use common::Image;
use tinyconv::{Chw, Shape};

/// The label, its lower byte first, then the pixels.
type Record = [u8; 2 + 28 * 28];

/// Digits of the new hand, to train with.
pub static SHOWN: Set = Set(include_bytes!("../samples/shown.bin").as_chunks().0);
/// A few of the old hand, to train with as well: against forgetting.
pub static REPLAY: Set = Set(include_bytes!("../samples/replay.bin").as_chunks().0);
/// Of both hands: they decide whether an epoch was good.
pub static CHECK: Set = Set(include_bytes!("../samples/check.bin").as_chunks().0);
/// Of the new hand, to judge by; nothing depends on them.
pub static HELD: Set = Set(include_bytes!("../samples/held.bin").as_chunks().0);
/// The same of the old hand.
pub static UPRIGHT: Set = Set(include_bytes!("../samples/upright.bin").as_chunks().0);

/// Labelled images.
pub struct Set(&'static [Record]);

impl Set {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// A sample and its label.
    pub fn get(&self, index: usize) -> (&'static Image, u16) {
        let [low, high, pixels @ ..] = &self.0[index];
        (Chw::<1, 28, 28>::view(pixels), u16::from_le_bytes([*low, *high]))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Image, u16)> {
        (0..self.len()).map(|index| self.get(index))
    }
}
