//! One inference and nothing else: links only if no panic can be reached in it, and shows what inference costs in
//! flash and RAM.

#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};

use firmware::model::{self, INPUT, Input, LOGITS, Logits, SCRATCH, Scratch};
use firmware::{entry, memory};

#[entry]
fn main() -> ! {
    let input = memory!(Input, INPUT);
    let scratch = memory!(Scratch, SCRATCH);
    let logits = memory!(Logits, LOGITS);

    model::infer(black_box(input), scratch, logits);
    black_box(logits);
    loop {
        spin_loop();
    }
}
