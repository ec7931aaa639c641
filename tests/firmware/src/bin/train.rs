//! Trains all layers on the device, a step per sample, in place, and prints what it has learnt, for
//! the host to compare with its own.
//!
//! Output: per step `step <index> <bits of the loss>`, then `parameters <checksum>` and
//! `stack <bytes>`.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::exit::exit_success;
use firmware::model::PARAMETERS;
use firmware::region::{roi_begin, roi_end};
use firmware::samples::{Image, PIXELS, images, labels};
use firmware::stack::stack_high_water;
use firmware::training::{LEARNING_RATE, SampleTrainer, Samples};
use firmware::{entry, memory};
use semihosting::println;
use tinyconv::optim::Descent;
use tinyconv::tuning::{TuneError, checksum};
use tinyconv::{Bytes, Outcome};

const STEPS: usize = 200;

#[entry]
fn main() -> ! {
    let samples = memory!(Samples, Samples::NEW);
    let mut trainer = samples.trainer(&PARAMETERS, Descent::default(), LEARNING_RATE);
    let mut stack = 0;
    let samples = images().iter().zip(labels()).cycle().take(STEPS);
    for (index, (image, label)) in samples.enumerate() {
        let outcome = if index == 0 {
            roi_begin();
            let outcome = step(&mut trainer, image, label);
            roi_end();
            stack = stack_high_water();
            outcome
        } else {
            step(&mut trainer, image, label)
        };
        println!("step {index} {:08x}", outcome.unwrap().loss.to_bits());
    }
    println!("parameters {:08x}", checksum(trainer.parameters()));
    println!("stack {stack}");
    exit_success()
}

/// One copy of the step for the counted call and the others.
#[inline(never)]
fn step(trainer: &mut SampleTrainer, image: &Image, label: u16) -> Result<Outcome<f32>, TuneError> {
    trainer.step(Bytes(&PIXELS), black_box(image), black_box(label))
}
