//! Calls one function of `tinyconv::math`, named by a feature, for the counter; with no such feature, one that gives
//! back its argument, so that the difference between two images is the function itself.
//!
//! A function is called with 64 numbers, evenly spread over the range in which training calls it.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::entry;
use firmware::exit::exit_success;
use firmware::region::{roi_begin, roi_end};
use tinyconv::math;

/// The first and the last argument.
const RANGE: [f32; 2] = if cfg!(feature = "call-exp") {
    // A logit less the largest one.
    [-16.0, 0.0]
} else if cfg!(feature = "call-ln") {
    // Ten such exponentials, added up.
    [1.0, 10.0]
} else if cfg!(feature = "call-sqrt") {
    // Second moments of gradients.
    [1e-8, 1e-2]
} else {
    // What an activation sees.
    [-4.0, 4.0]
};

static ARGUMENTS: [f32; 64] = spread(RANGE);

#[entry]
fn main() -> ! {
    // Hidden, or the call would become part of the loop and its constants would be loaded once.
    let function = black_box(function as fn(f32) -> f32);
    roi_begin();
    for &x in black_box(&ARGUMENTS) {
        black_box(function(x));
    }
    roi_end();
    exit_success()
}

fn function(x: f32) -> f32 {
    if cfg!(feature = "call-exp") {
        math::exp(x)
    } else if cfg!(feature = "call-ln") {
        math::ln(x)
    } else if cfg!(feature = "call-tanh") {
        math::tanh(x)
    } else if cfg!(feature = "call-sqrt") {
        math::sqrt(x)
    } else {
        x
    }
}

const fn spread([first, last]: [f32; 2]) -> [f32; 64] {
    let mut numbers = [0.0; 64];
    let mut index = 0;
    while index < numbers.len() {
        numbers[index] = first + (last - first) * index as f32 / 63.0;
        index += 1;
    }
    numbers
}
