//! nRF52840-DK: its clock and its flash.

#![no_std]

#[path = "../../common/cortex_m.rs"]
mod cortex;

use core::ops::Range;

pub use cortex::{entry, stop, ticks};
use embassy_nrf::Peripherals;
use embassy_nrf::nvmc::Nvmc;

/// The processor's clock.
pub const MHZ: u32 = 64;
/// What [`ticks`] counts in a microsecond: cycles.
pub const TICKS_PER_US: u32 = MHZ;
/// The end of the flash, which memory.x keeps free: for what the last layer learns, and for all.
pub const CHECKPOINTS: [Range<u32>; 2] = [0xe_0000..0xf_0000, 0xf_0000..0x10_0000];

/// Starts the clock and the cycle counter.
#[inline]
pub fn start() -> Peripherals {
    cortex::start_counter();
    embassy_nrf::init(Default::default())
}

/// The flash, to be written to.
#[inline]
pub fn flash(parts: &mut Peripherals) -> Nvmc<'_> {
    Nvmc::new(parts.NVMC.reborrow())
}
