//! Trains all layers on the device, a step per mini-batch, and prints what it has learnt, for the host to compare with
//! its own.
//!
//! Output: per mini-batch `batch <index> <checksum of its losses>`, then `parameters <checksum>` and `stack <bytes>`.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::exit::exit_success;
use firmware::model::PARAMETERS;
use firmware::samples::{Image, PIXELS, images, labels};
use firmware::stack::stack_high_water;
use firmware::training::{BATCH, BATCH_LEARNING_RATE, BatchTrainer, Batches, Rule};
use firmware::{entry, memory};
use semihosting::println;
use tinyconv::tuning::{TuneError, checksum};
use tinyconv::{Bytes, Outcome};

const BATCHES: usize = 50;

#[entry]
fn main() -> ! {
    let batches = memory!(Batches, Batches::NEW);
    let mut trainer = batches.trainer(&PARAMETERS, Rule::default(), BATCH_LEARNING_RATE);
    let mut stack = 0;
    let mut samples = images().iter().zip(labels()).cycle();
    for index in 0..BATCHES {
        let mut losses = [0.0; BATCH as usize];
        for (loss, (image, label)) in losses.iter_mut().zip(&mut samples) {
            *loss = step(&mut trainer, image, label).unwrap().loss;
        }
        if index == 0 {
            stack = stack_high_water();
        }
        println!("batch {index} {:08x}", checksum(&losses));
    }
    println!("parameters {:08x}", checksum(trainer.parameters()));
    println!("stack {stack}");
    exit_success()
}

/// One copy of the step: nothing is known about its arguments.
#[inline(never)]
fn step(trainer: &mut BatchTrainer, image: &Image, label: u16) -> Result<Outcome<f32>, TuneError> {
    trainer.step(Bytes(&PIXELS), black_box(image), black_box(label))
}
