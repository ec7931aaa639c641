//! Classifies test images and prints the bits of every logit, for the host to compare with its own.
//!
//! Output: per image its index and its logits in hexadecimal, then `stack <bytes>`, the most stack in
//! use from reset to the end of the first inference (before anything was printed).

#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use cortex_m_semihosting::{hprint, hprintln};
use firmware::digits::PIXELS;
use firmware::exit::exit_success;
use firmware::model::{self, INPUT, Input, LOGITS, Logits, SCRATCH, Scratch};
use firmware::region::{roi_begin, roi_end};
use firmware::stack::stack_high_water;

/// One byte per pixel, image after image.
static IMAGES: &[u8] = include_bytes!(env!("TINYCONV_IMAGES"));

#[entry]
fn main() -> ! {
    static mut INPUT_MAP: Input = INPUT;
    static mut SCRATCH_BLOCK: Scratch = SCRATCH;
    static mut LOGITS_ROW: Logits = LOGITS;

    let mut stack = 0;
    for (index, image) in IMAGES.chunks_exact(PIXELS).enumerate() {
        let input = INPUT_MAP.as_flattened_mut().as_flattened_mut();
        for (value, &pixel) in input.iter_mut().zip(image) {
            *value = f32::from(pixel) / 255.0;
        }
        if index == 0 {
            roi_begin();
            classify(INPUT_MAP, SCRATCH_BLOCK, LOGITS_ROW);
            roi_end();
            stack = stack_high_water();
        } else {
            classify(INPUT_MAP, SCRATCH_BLOCK, LOGITS_ROW);
        }
        hprint!("{}", index);
        for logit in LOGITS_ROW.iter() {
            hprint!(" {:08x}", logit.to_bits());
        }
        hprintln!();
    }
    hprintln!("stack {}", stack);
    exit_success()
}

/// One copy of the inference for the counted call and the others; nothing is known about its arguments.
#[inline(never)]
fn classify(input: &Input, scratch: &mut Scratch, logits: &mut Logits) {
    model::infer(black_box(input), black_box(scratch), black_box(logits));
}
