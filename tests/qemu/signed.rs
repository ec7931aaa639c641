//! A signed update on a Cortex-M4F: what checking it costs, and that nothing else is taken. `TINYCONV_BLESS=1` writes the
//! expected output anew.

use crate::LIMIT;
use crate::costs::PROGRAMS;
use crate::support::counter::{self, Cost};
use crate::support::elf;
use crate::support::firmware::{Image, Net};
use crate::support::inputs::{Inputs, TINY_MODEL};
use crate::support::qemu::MPS2_AN386;
use crate::support::{bless, tools};

#[test]
fn updates_are_taken_from_the_owner_of_the_key_and_once() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &PROGRAMS) else {
        return;
    };
    let inputs = Inputs::prepare();
    let build = |image: Image| image.build(machine, &toolchain, inputs).unwrap();
    let signed = build(Image::new("signed").and("signed").of(Net::DigitsTiny));
    let printed = machine.run(&signed, LIMIT).unwrap();
    let (lines, stack) = printed.trim_end().rsplit_once("\nstack ").expect("a stack");
    bless::compare(
        concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/firmware/src/bin/signed.out"),
        &format!("{lines}\n"),
    );
    let Cost { instructions, estimated_cycles } = counter::count(machine, &signed).unwrap();
    let estimated_cycles = estimated_cycles.expect("a Cortex-M4");
    let size = elf::footprint(&signed).unwrap();
    let stack: u32 = stack.parse().unwrap();
    tools::say(&format!(
        "
one signed update on {}, a model file of {} bytes
  instructions (counted)            {instructions:>9}
  Cortex-M4 cycles (estimated)      {estimated_cycles:>9}
  code, all of the program          {:>9}  bytes
  stack at its deepest              {stack:>9}  bytes
",
        machine.name,
        TINY_MODEL.len(),
        size.code,
    ));
    // Little more than it was.
    for (what, figure, most) in [
        ("instructions", instructions, 2_400_000),
        ("bytes of code", size.code.into(), 50_000),
        ("bytes of stack", stack.into(), 8_400),
    ] {
        assert!(figure > 0 && figure <= most, "{figure} {what}: at most {most} were allowed");
    }
}
