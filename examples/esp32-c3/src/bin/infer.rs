//! ESP32-C3-DevKit: classifies a digit, logs `predicted: 3` and the time it took.

#![no_std]
#![no_main]

use defmt::info;
use esp_backtrace as _;
use esp_hal::clock::CpuClock;
use esp_hal::time::Instant;
use esp_println as _;
use esp32_c3::{Digits, PARAMETERS, PIXELS, THREE};
use static_cell::ConstStaticCell;
use tinyconv::{Bytes, loss};

static SCRATCH: ConstStaticCell<[f32; Digits::INFER_SCRATCH]> =
    ConstStaticCell::new([0.0; Digits::INFER_SCRATCH]);

esp_bootloader_esp_idf::esp_app_desc!();

#[esp_hal::main]
fn main() -> ! {
    let _board = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    let scratch = SCRATCH.take();
    let mut logits = [0.0; 10];
    let start = Instant::now();
    Digits::infer_from(&PARAMETERS, Bytes(&PIXELS), &THREE, scratch, &mut logits);
    let time = start.elapsed().as_micros();
    info!("predicted: {}", loss::largest(&logits));
    // The system timer: this processor has no `mcycle`.
    info!("{} us at 160 MHz", time);
    loop {
        core::hint::spin_loop();
    }
}
