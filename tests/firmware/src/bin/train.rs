//! Trains all layers on the device, a step per sample, in place, and prints what it has learnt, for
//! the host to compare with its own.
//!
//! Output: per step `step <index> <bits of the loss>`, then `parameters <checksum>` and
//! `stack <bytes>`.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::checksum::checksum;
use firmware::digits::PIXELS;
use firmware::exit::exit_success;
use firmware::model::{self, INPUT, Input};
use firmware::region::{roi_begin, roi_end};
use firmware::stack::stack_high_water;
use firmware::training::{
    self, CHOICES, Choices, ELEMENTS, Elements, PARAMETERS, Parameters,
};
use firmware::{entry, memory};
use semihosting::println;
use tinyconv::Outcome;

/// One byte per pixel, image after image.
static IMAGES: &[u8] = include_bytes!(env!("TINYCONV_IMAGES"));
/// One byte per image.
static LABELS: &[u8] = include_bytes!(env!("TINYCONV_LABELS"));

const STEPS: usize = 200;

#[entry]
fn main() -> ! {
    let parameters = memory!(Parameters, PARAMETERS);
    let input = memory!(Input, INPUT);
    let elements = memory!(Elements, ELEMENTS);
    let choices = memory!(Choices, CHOICES);

    parameters.copy_from_slice(&model::PARAMETERS);
    let mut stack = 0;
    let samples = IMAGES.chunks_exact(PIXELS).zip(LABELS).cycle().take(STEPS);
    for (index, (image, &label)) in samples.enumerate() {
        model::fill(input, image);
        let outcome = if index == 0 {
            roi_begin();
            let outcome = step(parameters, input, label, elements, choices);
            roi_end();
            stack = stack_high_water();
            outcome
        } else {
            step(parameters, input, label, elements, choices)
        };
        println!("step {index} {:08x}", outcome.loss.to_bits());
    }
    println!("parameters {:08x}", checksum(&*parameters));
    println!("stack {stack}");
    exit_success()
}

/// One copy of the step for the counted call and the others.
#[inline(never)]
fn step(
    parameters: &mut Parameters,
    input: &Input,
    label: u8,
    elements: &mut Elements,
    choices: &mut Choices,
) -> Outcome<f32> {
    training::step(parameters, black_box(input), black_box(label), elements, choices)
}
