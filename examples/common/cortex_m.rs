//! What boards with a Cortex-M have in common: entry, panic, log, cycle counter, and the end.
//!
//! `#[inline]` here and in a board's file saves 2 kB: a program is another crate than its board.

use cortex_m::peripheral::DWT;
pub use cortex_m_rt::entry;
use cortex_m_semihosting::debug;
use {defmt_rtt as _, panic_probe as _};

/// Starts the cycle counter.
#[inline]
pub fn start_counter() {
    let mut core = cortex_m::Peripherals::take().expect("called once");
    core.DCB.enable_trace();
    core.DWT.enable_cycle_counter();
}

/// Cycles since the start.
#[inline]
pub fn ticks() -> u32 {
    DWT::cycle_count()
}

/// Ends `cargo run`; without a debug probe, the processor stops here.
#[inline]
pub fn stop() -> ! {
    defmt::flush();
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
