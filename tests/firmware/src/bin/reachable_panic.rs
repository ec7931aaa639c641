//! The counter-example of `infer-only`: a panic can be reached, so this image must fail to link.

#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};

use firmware::entry;

#[entry]
fn main() -> ! {
    let pair = [1, 2];
    black_box(pair[black_box(2)]);
    loop {
        spin_loop();
    }
}
