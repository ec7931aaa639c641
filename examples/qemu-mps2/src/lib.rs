//! QEMU's mps2-an386 (Cortex-M4F): its console, and the end of a program.

#![no_std]

pub use cortex_m_rt::entry;
use cortex_m_semihosting::debug;
use panic_semihosting as _;

/// The processor's clock.
pub const MHZ: u32 = 25;
/// What [`ticks`] would count in a microsecond.
pub const TICKS_PER_US: u32 = MHZ;

/// A machine that has nothing to start.
#[inline]
pub fn start() -> cortex_m::Peripherals {
    cortex_m::Peripherals::take().expect("called once")
}

/// The cycle counter stands still.
#[inline]
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
