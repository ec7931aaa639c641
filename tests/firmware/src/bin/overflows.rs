//! Calls itself without end on purpose: the driver must see that the stack is guarded, and a failure.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::entry;
use firmware::exit::exit_success;

#[entry]
fn main() -> ! {
    // Where a bus gives zeros for what is not there, a call whose number lies below the stack ends, and returns to one
    // that lies in it. From another depth, its return address is below, too.
    for calls in 0..6 {
        black_box(after(black_box(calls)));
    }
    exit_success()
}

/// The same from `calls` calls further down.
#[inline(never)]
fn after(calls: u32) -> u32 {
    let below = if calls == 0 { deeper(black_box(1)) } else { after(calls - 1) };
    black_box(below).wrapping_add(black_box(calls))
}

/// Needs the number after it has called itself, so that the call cannot become a loop.
#[inline(never)]
fn deeper(depth: u32) -> u32 {
    let below = if black_box(depth) == 0 { 0 } else { deeper(black_box(depth + 1)) };
    black_box(below).wrapping_add(black_box(depth))
}
