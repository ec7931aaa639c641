//! One inference and nothing else: links only if no panic can be reached in it, and shows what inference costs in
//! flash and RAM.

#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};

use firmware::model::{self, LOGITS, Logits, SCRATCH, Scratch};
use firmware::samples::Image;
use firmware::{entry, memory};

/// Any image: it is one in flash.
static IMAGE: Image = [[[0; 28]; 28]; 1];

#[entry]
fn main() -> ! {
    let scratch = memory!(Scratch, SCRATCH);
    let logits = memory!(Logits, LOGITS);

    model::infer(black_box(&IMAGE), scratch, logits);
    black_box(logits);
    loop {
        spin_loop();
    }
}
