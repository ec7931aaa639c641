//! Trains all layers on the device, a step per sample, in place, and prints what it has learnt, for
//! the host to compare with its own.
//!
//! Output: per step `step <index> <bits of the loss>`, then `parameters <checksum>` and
//! `stack <bytes>`.

#![no_std]
#![no_main]

use core::cell::Cell;
use core::hint::black_box;

use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use firmware::digits::{Digits, PIXELS};
use firmware::exit::exit_success;
use firmware::model::{INPUT, Input, PARAMETERS};
use firmware::region::{roi_begin, roi_end};
use firmware::stack::stack_high_water;
use tinyconv::optim::Descent;
use tinyconv::{Immediate, Network, Outcome, Scratch};

/// One byte per pixel, image after image.
static IMAGES: &[u8] = include_bytes!(env!("TINYCONV_IMAGES"));
/// One byte per image.
static LABELS: &[u8] = include_bytes!(env!("TINYCONV_LABELS"));

const STEPS: usize = 200;
const LEARNING_RATE: f32 = 0.01;

#[entry]
fn main() -> ! {
    static mut PARAMETERS_IN_RAM: [f32; Digits::PARAMS] = [0.0; Digits::PARAMS];
    static mut INPUT_MAP: Input = INPUT;
    static mut ELEMENTS: [f32; Digits::TRAIN_SCRATCH] = [0.0; Digits::TRAIN_SCRATCH];
    static mut CHOICES: [u8; Digits::TRAIN_CHOICES] = [0; Digits::TRAIN_CHOICES];

    PARAMETERS_IN_RAM.copy_from_slice(&PARAMETERS);
    let mut stack = 0;
    let samples = IMAGES.chunks_exact(PIXELS).zip(LABELS).cycle().take(STEPS);
    for (index, (image, &label)) in samples.enumerate() {
        let input = INPUT_MAP.as_flattened_mut().as_flattened_mut();
        for (value, &pixel) in input.iter_mut().zip(image) {
            *value = f32::from(pixel) / 255.0;
        }
        let outcome = if index == 0 {
            roi_begin();
            let outcome = step(PARAMETERS_IN_RAM, INPUT_MAP, label, ELEMENTS, CHOICES);
            roi_end();
            stack = stack_high_water();
            outcome
        } else {
            step(PARAMETERS_IN_RAM, INPUT_MAP, label, ELEMENTS, CHOICES)
        };
        hprintln!("step {} {:08x}", index, outcome.loss.to_bits());
    }
    let checksum = PARAMETERS_IN_RAM
        .iter()
        .fold(0u32, |sum, parameter| sum.rotate_left(5).wrapping_add(parameter.to_bits()));
    hprintln!("parameters {:08x}", checksum);
    hprintln!("stack {}", stack);
    exit_success()
}

/// One copy of the step for the counted call and the others.
#[inline(never)]
fn step(
    parameters: &mut [f32; Digits::PARAMS],
    input: &Input,
    label: u8,
    elements: &mut [f32; Digits::TRAIN_SCRATCH],
    choices: &mut [u8; Digits::TRAIN_CHOICES],
) -> Outcome<f32> {
    Digits::gradients(
        Immediate {
            optimizer: &Descent::default(),
            learning_rate: LEARNING_RATE,
            parameters,
            states: [&mut [], &mut []],
            overflow: &Cell::new(false),
        },
        black_box(input),
        black_box(label),
        1.0,
        Scratch { elements, choices },
    )
}
