//! Raspberry Pi Pico 2 (RP2350): its clock and its flash.

#![no_std]

#[path = "../../common/cortex_m.rs"]
mod cortex;

use core::ops::Range;

pub use cortex::{entry, stop, ticks};
use embassy_rp::Peripherals;
use embassy_rp::flash::{Blocking, Flash};
use embassy_rp::peripherals::FLASH;

/// The processor's clock.
pub const MHZ: u32 = 150;
/// What [`ticks`] counts in a microsecond: cycles.
pub const TICKS_PER_US: u32 = MHZ;
/// The end of the flash, which memory.x keeps free: for what the last layer learns, and for all.
pub const CHECKPOINTS: [Range<u32>; 2] = [0x3e_0000..0x3f_0000, 0x3f_0000..0x40_0000];

/// Starts the clock and the cycle counter.
#[inline]
pub fn start() -> Peripherals {
    cortex::start_counter();
    embassy_rp::init(Default::default())
}

/// The flash, to be written to.
#[inline]
pub fn flash(parts: &mut Peripherals) -> Flash<'_, FLASH, Blocking, { 4 << 20 }> {
    Flash::new_blocking(parts.FLASH.reborrow())
}
