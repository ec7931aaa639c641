//! ESP32-C3-DevKit: its clock and its flash.

#![no_std]

#[path = "../../common/esp32.rs"]
mod esp32;

use core::ops::Range;

use esp_hal::peripherals::Peripherals;
use esp_storage::FlashStorage;
pub use esp32::{TICKS_PER_US, entry, start, stop, ticks};

/// The processor's clock.
pub const MHZ: u32 = 160;
/// The end of the flash, which partitions.csv keeps free: for what the last layer learns, and for all.
pub const CHECKPOINTS: [Range<u32>; 2] = [0x3e_0000..0x3f_0000, 0x3f_0000..0x40_0000];

/// The flash, to be written to.
#[inline]
pub fn flash(parts: &mut Peripherals) -> FlashStorage<'_> {
    FlashStorage::new(parts.FLASH.reborrow())
}
