//! Training on a microcontroller: the losses and parameters that the host has, bit for bit, and what a step costs.

use std::cell::Cell;

use host_tools::networks::Digits;
use tinyconv::model_file::ModelFile;
use tinyconv::optim::Descent;
use tinyconv::{Immediate, InputOf, Network, Scratch, Shape};

use crate::LIMIT;
use crate::costs::PROGRAMS;
use crate::support::firmware::Image;
use crate::support::inputs::{IMAGES, Inputs, MODEL, test_split};
use crate::support::qemu::MPS2_AN386;
use crate::support::{counter, elf, tools};

/// As in `tests/firmware/src/bin/train.rs`.
const STEPS: usize = 200;
const LEARNING_RATE: f32 = 0.01;

/// The lines that the image must print, but for the last, which tells its stack.
fn host_lines() -> Vec<String> {
    let model = ModelFile::parse(MODEL).expect("the model file is whole");
    let mut parameters = vec![0.0; Digits::PARAMS];
    model.load::<Digits>(&mut parameters).expect("the model is of this network");
    let before = parameters.clone();
    let mut elements = vec![0.0; Digits::TRAIN_SCRATCH];
    let mut choices = vec![0; Digits::TRAIN_CHOICES];
    let split = test_split();
    let mut lines: Vec<String> = (0..STEPS)
        .map(|index| {
            let image = split.images.image(index % IMAGES);
            let input: Vec<f32> = image.iter().map(|&pixel| f32::from(pixel) / 255.0).collect();
            let outcome = Digits::gradients(
                Immediate {
                    optimizer: &Descent::default(),
                    learning_rate: LEARNING_RATE,
                    parameters: &mut parameters,
                    states: [&mut [], &mut []],
                    overflow: &Cell::new(false),
                },
                InputOf::<Digits>::view(&input),
                split.labels[index % IMAGES],
                1.0,
                Scratch { elements: &mut elements, choices: &mut choices },
            );
            format!("step {index} {:08x}", outcome.loss.to_bits())
        })
        .collect();
    let changed = before.iter().zip(&parameters).filter(|(before, after)| before != after).count();
    assert!(changed > Digits::PARAMS / 2, "{changed} parameters have learnt something");
    let checksum = parameters
        .iter()
        .fold(0u32, |sum, parameter| sum.rotate_left(5).wrapping_add(parameter.to_bits()));
    lines.push(format!("parameters {checksum:08x}"));
    lines
}

#[test]
fn steps_have_the_bits_of_the_host() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &PROGRAMS) else {
        return;
    };
    let image = Image::new("train").build(machine, &toolchain, Inputs::prepare()).unwrap();
    let output = machine.run(&image, LIMIT).unwrap();
    let mut lines: Vec<&str> = output.lines().collect();
    let last = lines.pop().expect("the image prints something");
    let stack: u32 = last.strip_prefix("stack ").expect("the last line").parse().unwrap();
    let expected = host_lines();
    assert_eq!(lines.len(), expected.len());
    for (device, host) in lines.iter().zip(&expected) {
        assert_eq!(device, host, "device, then host");
    }

    let cost = counter::count(machine, &image).unwrap();
    let size = elf::footprint(&image).unwrap();
    tools::say(&format!(
        "
one training step on {}, all layers, one sample, in place
  instructions (counted)            {:>9}
  Cortex-M4 cycles (estimated)      {:>9}
  RAM, input and parameters included{:>9}  bytes
  stack at its deepest              {:>9}  bytes
",
        machine.name, cost.instructions, cost.estimated_cycles, size.static_ram, stack,
    ));
    for (what, figure, most) in [
        ("instructions", cost.instructions, 1_400_000),
        ("estimated cycles", cost.estimated_cycles, 2_000_000),
        ("bytes of RAM", u64::from(size.static_ram + stack), 36_000),
    ] {
        assert!(figure > 0 && figure <= most, "{figure} {what}: at most {most} were allowed");
    }
}
