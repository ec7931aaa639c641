//! STM32F4 Discovery (STM32F407): classifies a digit, logs `predicted: 3` and the time it took.

#![no_std]
#![no_main]

use cortex_m::peripheral::DWT;
use defmt_rtt as _;
#[cfg(not(feature = "qemu"))]
use panic_probe as _;
#[cfg(feature = "qemu")]
use panic_semihosting as _;
use stm32f4_discovery::{Digits, PARAMETERS, PIXELS, THREE, board, log};
use tinyconv::{Bytes, loss};

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut SCRATCH: [f32; Digits::INFER_SCRATCH] = [0.0; Digits::INFER_SCRATCH];

    let _flash = board::start();
    let mut logits = [0.0; 10];
    let start = DWT::cycle_count();
    Digits::infer_from(&PARAMETERS, Bytes(&PIXELS), &THREE, SCRATCH, &mut logits);
    let cycles = DWT::cycle_count().wrapping_sub(start);
    log!("predicted: {}", loss::largest(&logits));
    // QEMU's counter stands still.
    if cycles > 0 {
        log!("{} cycles, {} us at {} MHz", cycles, cycles / board::MHZ, board::MHZ);
    }
    board::stop()
}
