//! One inference and nothing else: links only if no panic can be reached in it, and shows what inference costs in
//! flash and RAM.

#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};

use firmware::model::{self, LOGITS, Logits, SCRATCH, Scratch};
use firmware::samples::{BLANK, Image};
use firmware::{entry, memory};

#[entry]
fn main() -> ! {
    // Where a camera would write.
    let image = memory!(Image, BLANK);
    let scratch = memory!(Scratch, SCRATCH);
    let logits = memory!(Logits, LOGITS);

    model::infer(black_box(image), scratch, logits);
    black_box(logits);
    loop {
        spin_loop();
    }
}
