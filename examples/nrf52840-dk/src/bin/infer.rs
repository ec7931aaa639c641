//! nRF52840-DK: classifies a digit, logs `predicted: 3` and the time it took.

#![no_std]
#![no_main]

use cortex_m::peripheral::DWT;
use cortex_m_semihosting::debug;
use defmt::info;
use defmt_rtt as _;
use nrf52840_dk::{Digits, PARAMETERS, PIXELS, THREE};
use panic_probe as _;
use tinyconv::{Bytes, loss};

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut SCRATCH: [f32; Digits::INFER_SCRATCH] = [0.0; Digits::INFER_SCRATCH];

    let _board = embassy_nrf::init(Default::default());
    let mut core = cortex_m::Peripherals::take().expect("taken here only");
    core.DCB.enable_trace();
    core.DWT.enable_cycle_counter();

    let mut logits = [0.0; 10];
    let start = DWT::cycle_count();
    Digits::infer_from(&PARAMETERS, Bytes(&PIXELS), &THREE, SCRATCH, &mut logits);
    let cycles = DWT::cycle_count().wrapping_sub(start);
    info!("predicted: {}", loss::largest(&logits));
    info!("{} cycles, {} us at 64 MHz", cycles, cycles / 64);
    defmt::flush();
    // Ends `cargo run`; without a debug probe, the processor stops here.
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
