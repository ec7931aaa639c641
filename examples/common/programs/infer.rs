//! Classifies a digit: logs `predicted: 3` and, on a board, the time it took.

#![no_std]
#![no_main]

use common::{ConstStaticCell, Digits, PARAMETERS, PIXELS, THREE, log, log_time};
use tinyconv::{Bytes, loss};

static SCRATCH: ConstStaticCell<[f32; Digits::INFER_SCRATCH]> =
    ConstStaticCell::new([0.0; Digits::INFER_SCRATCH]);

#[board::entry]
fn main() -> ! {
    let _parts = board::start();
    let scratch = SCRATCH.take();
    let mut logits = [0.0; 10];
    let start = board::ticks();
    Digits::infer_from(&PARAMETERS, Bytes(&PIXELS), &THREE, scratch, &mut logits);
    let ticks = board::ticks().wrapping_sub(start);
    log!("predicted: {}", loss::largest(&logits));
    log_time!(ticks, "{} cycles, {} us at {} MHz", "{} us at {} MHz");
    board::stop()
}
