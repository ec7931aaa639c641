//! A training step of each kind and nothing else: links only if no panic can be reached in them, and shows what
//! training costs in flash.

#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};

use firmware::model::PARAMETERS;
use firmware::samples::{Image, PIXELS};
use firmware::training::{
    BATCH_LEARNING_RATE, BatchTrainer, Batches, LEARNING_RATE, Rule, SampleTrainer, Samples,
};
use firmware::{entry, memory};
use tinyconv::Bytes;
use tinyconv::optim::Descent;

/// Any image: it is one in flash.
static IMAGE: Image = [[[0; 28]; 28]; 1];

#[entry]
fn main() -> ! {
    let samples = memory!(Samples, Samples::NEW);
    let batches = memory!(Batches, Batches::NEW);

    let mut samples: SampleTrainer =
        samples.trainer(&PARAMETERS, Descent::default(), LEARNING_RATE);
    let mut batches: BatchTrainer =
        batches.trainer(&PARAMETERS, Rule::default(), BATCH_LEARNING_RATE);
    loop {
        let (image, label) = (black_box(&IMAGE), black_box(3));
        let _ = black_box(samples.step(Bytes(&PIXELS), image, label));
        let _ = black_box(batches.step(Bytes(&PIXELS), image, label));
        spin_loop();
    }
}
