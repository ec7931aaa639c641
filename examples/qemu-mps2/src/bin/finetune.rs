//! QEMU's mps2-an386 (Cortex-M4F): is taught that this three is an eight, prints the loss step by
//! step and, at the end, `predicted: 8`.
//!
//! All layers are trained, in place: no gradients are kept, only one copy of the parameters.

#![no_std]
#![no_main]

use cortex_m as _;
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use panic_semihosting as _;
use qemu_mps2::{Digits, PARAMETERS, draw};
use tinyconv::optim::Descent;
use tinyconv::{Immediate, Network, Scratch};

#[entry]
fn main() -> ! {
    static mut PARAMETERS_IN_RAM: [f32; Digits::PARAMS] = [0.0; Digits::PARAMS];
    static mut INPUT: [[[f32; 28]; 28]; 1] = [[[0.0; 28]; 28]; 1];
    static mut ELEMENTS: [f32; Digits::TRAIN_SCRATCH] = [0.0; Digits::TRAIN_SCRATCH];
    static mut CHOICES: [u8; Digits::TRAIN_CHOICES] = [0; Digits::TRAIN_CHOICES];

    PARAMETERS_IN_RAM.copy_from_slice(&PARAMETERS);
    draw(&mut INPUT[0]);
    let mut predicted = 0;
    for step in 1..=10 {
        let outcome = Digits::gradients(
            Immediate {
                optimizer: &Descent::default(),
                learning_rate: 0.005,
                parameters: PARAMETERS_IN_RAM,
                states: [&mut [], &mut []],
            },
            INPUT,
            8,
            1.0,
            Scratch { elements: ELEMENTS, choices: CHOICES },
        );
        hprintln!("step {}: predicted {}, loss {}", step, outcome.predicted, outcome.loss);
        predicted = outcome.predicted;
    }
    hprintln!("predicted: {}", predicted);
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
