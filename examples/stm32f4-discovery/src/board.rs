//! What differs between the board and QEMU's machine: clock, flash, and the end of the program.

use core::ops::Range;

use cortex_m_semihosting::debug;
use stm32f4xx_hal::pac::{FLASH, Peripherals};

#[cfg(not(feature = "qemu"))]
use stm32f4xx_hal::flash::{FlashExt, UnlockedFlash};

#[cfg(feature = "qemu")]
use crate::ram_flash::RamFlash;

/// The processor's clock.
pub const MHZ: u32 = 168;

/// The end of the flash, which memory.x keeps free: two sectors of 128K, one for each of the two
/// checkpoints that a store has.
#[cfg(not(feature = "qemu"))]
pub const CHECKPOINTS: Range<u32> =
    if cfg!(feature = "all-layers") { 0xc_0000..0x10_0000 } else { 0x8_0000..0xc_0000 };

/// All of the imitated flash.
#[cfg(feature = "qemu")]
pub const CHECKPOINTS: Range<u32> = 0..crate::ram_flash::LENGTH as u32;

/// Starts the clock and the cycle counter.
///
/// # Panics
/// If it is called twice.
pub fn start() -> FLASH {
    let board = Peripherals::take().expect("called once");
    let mut core = cortex_m::Peripherals::take().expect("called once");
    core.DCB.enable_trace();
    core.DWT.enable_cycle_counter();

    #[cfg(not(feature = "qemu"))]
    {
        use stm32f4xx_hal::{prelude::*, rcc};
        board.RCC.freeze(rcc::Config::hsi().sysclk(MHZ.MHz()));
    }
    board.FLASH
}

/// The flash, to be written to.
#[cfg(not(feature = "qemu"))]
pub fn unlocked(flash: &mut FLASH) -> UnlockedFlash<'_> {
    // The data cache would still hold what has been erased.
    flash.acr().modify(|_, w| w.dcen().clear_bit());
    flash.unlocked()
}

/// RAM that takes its place.
#[cfg(feature = "qemu")]
pub fn unlocked(_: &mut FLASH) -> RamFlash {
    RamFlash
}

/// Ends `cargo run` and QEMU; without a debug probe, the processor stops here.
pub fn stop() -> ! {
    defmt::flush();
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
