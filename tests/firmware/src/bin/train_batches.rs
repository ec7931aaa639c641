//! Trains all layers on the device, a step per mini-batch, and prints what it has learnt, for the host to compare with
//! its own.
//!
//! Output: per mini-batch `batch <index> <checksum of its losses>`, then `parameters <checksum>` and `stack <bytes>`.

#![no_std]
#![no_main]

use core::hint::black_box;

use firmware::checksum::checksum;
use firmware::digits::PIXELS;
use firmware::exit::exit_success;
use firmware::model::{self, INPUT, Input};
use firmware::stack::stack_high_water;
use firmware::training::{
    self, BATCH, CHOICES, Choices, ELEMENTS, Elements, PARAMETERS, Parameters, Rule, STATES, States,
};
use firmware::{entry, memory};
use semihosting::println;
use tinyconv::Outcome;

/// One byte per pixel, image after image.
static IMAGES: &[u8] = include_bytes!(env!("TINYCONV_IMAGES"));
/// One byte per image.
static LABELS: &[u8] = include_bytes!(env!("TINYCONV_LABELS"));

const BATCHES: usize = 50;

#[entry]
fn main() -> ! {
    let parameters = memory!(Parameters, PARAMETERS);
    let gradients = memory!(Parameters, PARAMETERS);
    let states = memory!(States, STATES);
    let input = memory!(Input, INPUT);
    let elements = memory!(Elements, ELEMENTS);
    let choices = memory!(Choices, CHOICES);

    parameters.copy_from_slice(&model::PARAMETERS);
    let mut rule = Rule::default();
    let mut stack = 0;
    let mut samples = IMAGES.chunks_exact(PIXELS).zip(LABELS).cycle();
    for index in 0..BATCHES {
        let mut losses = [0.0; BATCH];
        for (loss, (image, &label)) in losses.iter_mut().zip(&mut samples) {
            model::fill(input, image);
            *loss = accumulate(parameters, gradients, input, label, elements, choices).loss;
        }
        training::end_batch(&mut rule, parameters, gradients, states);
        if index == 0 {
            stack = stack_high_water();
        }
        println!("batch {index} {:08x}", checksum(&losses));
    }
    println!("parameters {:08x}", checksum(&*parameters));
    println!("stack {stack}");
    exit_success()
}

/// One copy of the call: nothing is known about its arguments.
#[inline(never)]
fn accumulate(
    parameters: &Parameters,
    gradients: &mut Parameters,
    input: &Input,
    label: u8,
    elements: &mut Elements,
    choices: &mut Choices,
) -> Outcome<f32> {
    training::accumulate(
        parameters,
        gradients,
        black_box(input),
        black_box(label),
        elements,
        choices,
    )
}
