//! What training costs on a Cortex-M4F, in a table that is printed even when all is well. (That it has the bits of the
//! host is `matrix`'s business.)

use crate::costs::PROGRAMS;
use crate::matrix::{batches, samples};
use crate::support::counter::{self, Cost};
use crate::support::elf;
use crate::support::firmware::{Image, Net};
use crate::support::inputs::Inputs;
use crate::support::qemu::MPS2_AN386;
use crate::support::tools;

#[test]
fn costs_of_training() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &PROGRAMS) else {
        return;
    };
    let build = |image: Image| image.build(machine, &toolchain, Inputs::prepare()).unwrap();
    let image = build(Image::new("train"));
    let stack = samples(machine, &image, Net::Digits);
    let Cost { instructions, estimated_cycles } = counter::count(machine, &image).unwrap();
    let estimated_cycles = estimated_cycles.expect("a Cortex-M4");
    let size = elf::footprint(&image).unwrap();
    let batch_image = build(Image::new("train-batches"));
    let batch_stack = batches(machine, &batch_image, Net::Digits, false);
    let batch_size = elf::footprint(&batch_image).unwrap();
    tools::say(&format!(
        "
one training step on {}, all layers, one sample, in place; images in flash
  instructions (counted)            {instructions:>9}
  Cortex-M4 cycles (estimated)      {estimated_cycles:>9}
  RAM, parameters included          {:>9}  bytes
  stack at its deepest              {stack:>9}  bytes
  RAM with a block of gradients     {:>9}  bytes
  stack at its deepest              {batch_stack:>9}  bytes
",
        machine.name, size.static_ram, batch_size.static_ram,
    ));
    for (what, figure, most) in [
        ("instructions", instructions, 1_400_000),
        ("estimated cycles", estimated_cycles, 2_000_000),
        ("bytes of RAM", u64::from(size.static_ram + stack), 36_000),
        ("bytes of RAM for batches", u64::from(batch_size.static_ram + batch_stack), 58_000),
    ] {
        assert!(figure > 0 && figure <= most, "{figure} {what}: at most {most} were allowed");
    }
}
