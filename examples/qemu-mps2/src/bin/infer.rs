//! QEMU's mps2-an386 (Cortex-M4F): classifies a digit and prints `predicted: 3`.

#![no_std]
#![no_main]

use cortex_m as _;
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use panic_semihosting as _;
use qemu_mps2::{Digits, PARAMETERS, draw};

#[entry]
fn main() -> ! {
    static mut INPUT: [[[f32; 28]; 28]; 1] = [[[0.0; 28]; 28]; 1];
    static mut SCRATCH: [f32; Digits::INFER_SCRATCH] = [0.0; Digits::INFER_SCRATCH];

    draw(&mut INPUT[0]);
    let mut logits = [0.0; 10];
    Digits::infer(&PARAMETERS, INPUT, SCRATCH, &mut logits);
    hprintln!("predicted: {}", tinyconv::loss::largest(&logits));
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
