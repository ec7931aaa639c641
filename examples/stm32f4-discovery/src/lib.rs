//! STM32F4 Discovery (STM32F407): its clock and its flash.

#![no_std]

#[path = "../../common/cortex_m.rs"]
mod cortex;

use core::ops::Range;

pub use cortex::{entry, stop, ticks};
use stm32f4xx_hal::flash::{FlashExt, UnlockedFlash};
use stm32f4xx_hal::pac::{FLASH, Peripherals};
use stm32f4xx_hal::prelude::*;
use stm32f4xx_hal::rcc;

/// The processor's clock.
pub const MHZ: u32 = 168;
/// What [`ticks`] counts in a microsecond: cycles.
pub const TICKS_PER_US: u32 = MHZ;
/// The end of the flash, which memory.x keeps free: for what the last layer learns, and for all.
pub const CHECKPOINTS: [Range<u32>; 2] = [0x8_0000..0xc_0000, 0xc_0000..0x10_0000];

/// Starts the clock and the cycle counter.
#[inline]
pub fn start() -> FLASH {
    cortex::start_counter();
    let board = Peripherals::take().expect("called once");
    board.RCC.freeze(rcc::Config::hsi().sysclk(MHZ.MHz()));
    board.FLASH
}

/// The flash, to be written to.
#[inline]
pub fn flash(parts: &mut FLASH) -> UnlockedFlash<'_> {
    // The data cache would still hold what has been erased.
    parts.acr().modify(|_, w| w.dcen().clear_bit());
    parts.unlocked()
}
