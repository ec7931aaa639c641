//! QEMU's netduinoplus2, which has no clock tree, no flash controller and no reader of RTT.

use core::ops::Range;

pub use common::ram_flash::RamFlash;
pub use cortex_m_rt::entry;
use cortex_m_semihosting::debug;
use defmt_rtt as _;
use panic_semihosting as _;
use stm32f4xx_hal::pac::{FLASH, Peripherals};

pub const MHZ: u32 = 168;
pub const TICKS_PER_US: u32 = MHZ;
/// Either has the imitated flash for itself.
pub const CHECKPOINTS: [Range<u32>; 2] = [0..48 * 1024, 0..48 * 1024];

pub fn start() -> FLASH {
    Peripherals::take().expect("called once").FLASH
}

pub fn flash(_: &mut FLASH) -> RamFlash {
    RamFlash
}

/// The cycle counter stands still.
pub fn ticks() -> u32 {
    0
}

/// Ends QEMU.
#[inline]
pub fn stop() -> ! {
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
