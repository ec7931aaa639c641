//! What training costs on a Cortex-M4F, in tables that are printed even when all is well.

use std::fmt::Write;
use std::path::PathBuf;

use crate::costs::PROGRAMS;
use crate::matrix::{batches, samples};
use crate::support::counter::{self, Cost};
use crate::support::elf;
use crate::support::firmware::{Image, Net};
use crate::support::inputs::Inputs;
use crate::support::qemu::MPS2_AN386;
use crate::support::tools;

#[test]
fn costs_of_a_step() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &PROGRAMS) else {
        return;
    };
    let image = Image::new("train").build(machine, &toolchain, Inputs::prepare()).unwrap();
    let Cost { instructions, estimated_cycles } = counter::count(machine, &image).unwrap();
    let estimated_cycles = estimated_cycles.expect("a Cortex-M4");
    tools::say(&format!(
        "
one training step of digits on {}, all layers, one sample, in place; the image in flash
  instructions (counted)            {instructions:>9}
  Cortex-M4 cycles (estimated)      {estimated_cycles:>9}
",
        machine.name,
    ));
    for (what, figure, most) in
        [("instructions", instructions, 992_000), ("estimated cycles", estimated_cycles, 1_310_000)]
    {
        assert!(figure > 0 && figure <= most, "{figure} {what}: at most {most} were allowed");
    }
}

/// One row of the table of memory: a way to train, and the bytes that it may take.
struct Way {
    net: Net,
    what: &'static str,
    image: Image,
    /// Runs it, compares it with the host; the depth of its stack.
    stack: fn(&PathBuf) -> u32,
    most: u32,
}

/// An image that a sensor has put into RAM.
const FRAME: u32 = 28 * 28;

#[test]
fn memory_of_training() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &[machine.emulator]) else {
        return;
    };
    let per_sample = || Image::new("train");
    let per_batch = || Image::new("train-batches");
    let ways = [
        Way {
            net: Net::Digits,
            what: "digits, all layers, per sample",
            image: per_sample(),
            stack: |image| samples(&MPS2_AN386, image, Net::Digits, false),
            most: 36 * 1024,
        },
        Way {
            net: Net::Digits,
            what: "digits, all layers, mini-batch",
            image: per_batch(),
            stack: |image| batches(&MPS2_AN386, image, Net::Digits, false),
            most: 58 * 1024,
        },
        Way {
            net: Net::Digits,
            what: "digits, last layer, per sample",
            image: per_sample().and("head"),
            stack: |image| samples(&MPS2_AN386, image, Net::Digits, true),
            most: 17 * 1024,
        },
        Way {
            net: Net::DigitsDense,
            what: "digits-dense, all layers, per sample",
            image: per_sample(),
            stack: |image| samples(&MPS2_AN386, image, Net::DigitsDense, false),
            most: 68_000,
        },
        Way {
            net: Net::DigitsDense,
            what: "digits-dense, all layers, mini-batch",
            image: per_batch(),
            stack: |image| batches(&MPS2_AN386, image, Net::DigitsDense, false),
            most: 121_000,
        },
        Way {
            net: Net::DigitsDense,
            what: "digits-dense, last layer, per sample",
            image: per_sample().and("head"),
            stack: |image| samples(&MPS2_AN386, image, Net::DigitsDense, true),
            most: 7_668,
        },
    ];
    let mut table = format!(
        "
RAM of training on {}, in bytes; frozen parameters in flash
{:<38}{:>10}{:>8}{:>8}{:>8}{:>9}
",
        machine.name, "", "variables", "stack", "image", "in all", "allowed"
    );
    for Way { net, what, image, stack, most } in ways {
        let image = image.of(net).build(machine, &toolchain, Inputs::prepare()).unwrap();
        let variables = elf::footprint(&image).unwrap().static_ram;
        let stack = stack(&image);
        let all = variables + stack + FRAME;
        writeln!(table, "{what:<38}{variables:>10}{stack:>8}{FRAME:>8}{all:>8}{most:>9}")
            .expect("a string");
        assert!(all <= most, "{what}: {all} bytes of RAM, at most {most} were allowed");
    }
    tools::say(&table);
}
