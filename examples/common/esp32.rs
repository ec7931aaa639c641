//! What boards with an ESP32 have in common: entry, panic, log, clock, and the end.

use esp_hal::clock::CpuClock;
pub use esp_hal::main as entry;
use esp_hal::peripherals::Peripherals;
use esp_hal::time::Instant;
use {esp_backtrace as _, esp_println as _};

esp_bootloader_esp_idf::esp_app_desc!();

/// What [`ticks`] counts in a microsecond: not every processor has a counter of cycles.
pub const TICKS_PER_US: u32 = 1;

/// Starts the clock, as fast as it can be.
#[inline]
pub fn start() -> Peripherals {
    esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()))
}

/// Microseconds of the system timer.
#[inline]
pub fn ticks() -> u32 {
    Instant::now().duration_since_epoch().as_micros() as u32
}

/// Here the program ends.
#[inline]
pub fn stop() -> ! {
    loop {
        core::hint::spin_loop();
    }
}
