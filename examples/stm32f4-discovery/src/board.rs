//! What differs between the board and QEMU's machine: clocks and the end of the program.

use cortex_m_semihosting::debug;
#[cfg(not(feature = "qemu"))]
use stm32f4xx_hal::{prelude::*, rcc};

/// The processor's clock.
pub const MHZ: u32 = 168;

/// Starts clocks and cycle counter.
///
/// # Panics
/// If it is called twice.
pub fn start() -> stm32f4xx_hal::pac::FLASH {
    let board = stm32f4xx_hal::pac::Peripherals::take().expect("called once");
    #[cfg(not(feature = "qemu"))]
    board.RCC.freeze(rcc::Config::hsi().sysclk(MHZ.MHz()));
    let mut core = cortex_m::Peripherals::take().expect("called once");
    core.DCB.enable_trace();
    core.DWT.enable_cycle_counter();
    board.FLASH
}

/// Ends `cargo run` and QEMU; without a debug probe, the processor stops here.
pub fn stop() -> ! {
    defmt::flush();
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
