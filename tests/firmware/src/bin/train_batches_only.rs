//! Training with mini-batches and nothing else: links only if no panic can be reached in it, and shows what it costs
//! in flash.

#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};

use firmware::model::PARAMETERS;
use firmware::samples::{BLANK, Image, PIXELS};
use firmware::training::{BATCH_LEARNING_RATE, Batches, Rule};
use firmware::{entry, memory};
use tinyconv::Bytes;

/// Any image: it is one in flash.
static IMAGE: Image = BLANK;

#[entry]
fn main() -> ! {
    let memory = memory!(Batches, Batches::NEW);
    let mut trainer = memory.trainer(&PARAMETERS, Rule::default(), BATCH_LEARNING_RATE);
    loop {
        let outcome = trainer.step(Bytes(&PIXELS), black_box(&IMAGE), black_box(3));
        // The error, too, is something to look at.
        let _ = black_box(outcome);
        spin_loop();
    }
}
