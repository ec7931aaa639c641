//! Classifies test images and prints the bits of every logit, for the host to compare with its own.
//!
//! Output: per image its index and its logits in hexadecimal, then `stack <bytes>`, the most stack in
//! use from reset to the end of the first inference (before anything was printed).

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::exit::exit_success;
use firmware::model::{self, LOGITS, Logits, SCRATCH, Scratch};
use firmware::region::{roi_begin, roi_end};
use firmware::samples::{Image, images};
use firmware::stack::stack_high_water;
use firmware::{entry, memory};
use semihosting::{print, println};

#[entry]
fn main() -> ! {
    let scratch = memory!(Scratch, SCRATCH);
    let logits = memory!(Logits, LOGITS);

    let mut stack = 0;
    for (index, image) in images().iter().enumerate() {
        if index == 0 {
            roi_begin();
            classify(image, scratch, logits);
            roi_end();
            stack = stack_high_water();
        } else {
            classify(image, scratch, logits);
        }
        print!("{index}");
        for logit in logits.iter() {
            print!(" {:08x}", logit.to_bits());
        }
        println!();
    }
    println!("stack {stack}");
    exit_success()
}

/// One copy of the inference for the counted call and the others; nothing is known about its arguments.
#[inline(never)]
fn classify(image: &Image, scratch: &mut Scratch, logits: &mut Logits) {
    model::infer(black_box(image), black_box(scratch), black_box(logits));
}
