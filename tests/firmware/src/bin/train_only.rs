//! A training step of each kind and nothing else: links only if no panic can be reached in them, and shows what
//! training costs in flash.

#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};

use firmware::model::{self, INPUT, Input};
use firmware::training::{
    self, CHOICES, Choices, ELEMENTS, Elements, PARAMETERS, Parameters, Rule, STATES, States,
};
use firmware::{entry, memory};

#[entry]
fn main() -> ! {
    let parameters = memory!(Parameters, PARAMETERS);
    let gradients = memory!(Parameters, PARAMETERS);
    let states = memory!(States, STATES);
    let input = memory!(Input, INPUT);
    let elements = memory!(Elements, ELEMENTS);
    let choices = memory!(Choices, CHOICES);

    parameters.copy_from_slice(&model::PARAMETERS);
    let (image, label) = (black_box(input), black_box(3));
    black_box(training::step(parameters, image, label, elements, choices));
    black_box(training::accumulate(parameters, gradients, image, label, elements, choices));
    training::end_batch(&mut Rule::default(), parameters, gradients, states);
    black_box(parameters);
    loop {
        spin_loop();
    }
}
