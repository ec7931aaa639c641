//! LeNet-5, trained with batch normalisation and dropout, runs and learns without them: the bits of the host on every
//! machine with room for it, and its costs beside those of C.

use std::fmt::Write;

use host_tools::networks::LeNet;
use tinyconv::Deployed;

use crate::costs::PROGRAMS;
use crate::matrix::{self, logits, samples};
use crate::support::counter::{self, Cost};
use crate::support::elf;
use crate::support::firmware::{Image, Net};
use crate::support::inputs::Inputs;
use crate::support::qemu::{
    MICROBIT, MPS2_AN386, MPS2_AN500, MPS2_AN505, Machine, NETDUINOPLUS2, VIRT,
};
use crate::support::tools;

/// Those with flash for the parameters and all images.
const MACHINES: [&Machine; 5] = [&MPS2_AN386, &NETDUINOPLUS2, &MPS2_AN500, &MPS2_AN505, &VIRT];

/// Multiply-adds of one inference.
const MULTIPLY_ADDS: u64 = 416_520;

/// What C needs for one inference, compiled with -O3 and counted as ours is: instructions, estimated cycles.
const PEERS: [(&str, u64, Option<u64>); 2] =
    [("seven loops in C", 1_351_000, Some(3_089_000)), ("onnx2c", 1_771_000, None)];

#[test]
fn lenet_has_the_bits_of_the_host() {
    for machine in MACHINES {
        let Some(toolchain) = tools::available(machine.target, &[machine.emulator]) else {
            continue;
        };
        let image = Image::new("infer").of(Net::LeNet5);
        let image = image.build(machine, &toolchain, Inputs::prepare()).unwrap();
        logits(machine, &image, Net::LeNet5);
    }
}

#[test]
fn lenet_learns_with_its_last_layer() {
    let machine = &MPS2_AN386;
    if let Some(toolchain) = tools::available(machine.target, &[machine.emulator]) {
        let image = Image::new("train").and("head").of(Net::LeNet5);
        let image = image.build(machine, &toolchain, Inputs::prepare()).unwrap();
        samples(machine, &image, Net::LeNet5, true);
    }
}

#[test]
fn lenet_fits_a_board_with_256_kilobytes_of_flash() {
    let machine = &MICROBIT;
    if let Some(toolchain) = tools::available(machine.target, &[]) {
        let image = Image::without_panics("infer-only").of(Net::LeNet5);
        // The linker knows the memories of the board.
        image.build(machine, &toolchain, Inputs::prepare()).unwrap();
    }
}

#[test]
fn costs_of_lenet() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &PROGRAMS) else {
        return;
    };
    let build =
        |image: Image| image.of(Net::LeNet5).build(machine, &toolchain, Inputs::prepare()).unwrap();
    let infer = build(Image::new("infer"));
    let stack = logits(machine, &infer, Net::LeNet5);
    let Cost { instructions, estimated_cycles } = counter::count(machine, &infer).unwrap();
    let cycles = estimated_cycles.expect("a Cortex-M4");
    let alone = build(Image::without_panics("infer-only"));
    matrix::cannot_panic(&alone);
    let size = elf::footprint(&alone).unwrap();

    let mut table = format!(
        "
one inference of LeNet-5 on {}, batch normalisation folded, {MULTIPLY_ADDS} multiply-adds
{:<22}{:>14}{:>7}{:>9}{:>20}{:>7}{:>9}
",
        machine.name,
        "",
        "instructions",
        "each",
        "of ours",
        "cycles (estimated)",
        "each",
        "of ours",
    );
    let figures = |count: u64, ours: u64| {
        let (count, ours) = (count as f64, ours as f64);
        (count / MULTIPLY_ADDS as f64, count / ours)
    };
    let ours = ("tinyconv", instructions, Some(cycles));
    for (what, count, estimate) in [ours].into_iter().chain(PEERS) {
        let (each, ratio) = figures(count, instructions);
        write!(table, "  {what:<20}{count:>14}{each:>7.2}{ratio:>9.2}").expect("a string");
        if let Some(estimate) = estimate {
            let (each, ratio) = figures(estimate, cycles);
            write!(table, "{estimate:>20}{each:>7.2}{ratio:>9.2}").expect("a string");
        }
        table.push('\n');
    }
    writeln!(
        table,
        "  {} bytes of flash, {} of code and {} of parameters; RAM {} + {stack} bytes",
        size.flash,
        size.code,
        4 * Deployed::<LeNet>::PARAMS,
        size.static_ram,
    )
    .expect("a string");
    tools::say(&table);

    assert!(cycles >= instructions);
    for (what, figure, most) in [
        ("instructions", instructions, 1_186_000),
        ("estimated cycles", cycles, 1_550_000),
        ("bytes of flash", size.flash.into(), 262_144),
        ("bytes of stack", stack.into(), 512),
    ] {
        assert!(figure > 0 && figure <= most, "{figure} {what}: at most {most} were allowed");
    }
    let memory = 32 * 32 + 4 * (Deployed::<LeNet>::INFER_SCRATCH + 10);
    assert_eq!(size.static_ram as usize, memory, "image, scratch and logits, nothing else");
}
