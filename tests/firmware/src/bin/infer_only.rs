//! One inference and nothing else: links only if no panic can be reached in it, and shows what inference costs in
//! flash and RAM.

#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m::asm;
use cortex_m_rt::entry;
use firmware::model::{self, INPUT, Input, LOGITS, Logits, SCRATCH, Scratch};

#[entry]
fn main() -> ! {
    static mut INPUT_MAP: Input = INPUT;
    static mut SCRATCH_BLOCK: Scratch = SCRATCH;
    static mut LOGITS_ROW: Logits = LOGITS;

    model::infer(black_box(INPUT_MAP), SCRATCH_BLOCK, LOGITS_ROW);
    black_box(LOGITS_ROW);
    loop {
        asm::wfi();
    }
}
