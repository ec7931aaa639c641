//! Calls itself without end on purpose: the driver must see that the stack is guarded, and a failure.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::entry;
use firmware::exit::exit_success;

#[entry]
fn main() -> ! {
    black_box(deeper(black_box(1)));
    exit_success()
}

/// Needs the number after it has called itself, so that the call cannot become a loop.
#[inline(never)]
fn deeper(depth: u32) -> u32 {
    let below = if black_box(depth) == 0 { 0 } else { deeper(black_box(depth + 1)) };
    black_box(below).wrapping_add(black_box(depth))
}
