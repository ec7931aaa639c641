//! What inference and the functions of `tinyconv::math` cost on a microcontroller, in tables that are printed even
//! when all is well.

use std::fmt::Write;

use host_tools::networks::Digits;

use crate::LIMIT;
use crate::support::counter::{self, Cost};
use crate::support::elf;
use crate::support::firmware::Image;
use crate::support::inputs::{Inputs, MULTIPLY_ADDS};
use crate::support::qemu::MPS2_AN386;
use crate::support::report::Report;
use crate::support::toolchain::Toolchain;
use crate::support::tools;

/// What counting needs besides an emulator.
pub const COUNTING: [&str; 3] = ["python3", "cc", "arm-none-eabi-objdump"];
/// What counting on an MPS2 board needs.
pub const PROGRAMS: [&str; 4] = [MPS2_AN386.emulator, COUNTING[0], COUNTING[1], COUNTING[2]];

#[test]
fn costs_of_inference() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &PROGRAMS) else {
        return;
    };
    let inputs = Inputs::prepare();
    let build = |image: Image| image.build(machine, &toolchain, inputs).unwrap();
    let infer = build(Image::new("infer"));
    let report = Report::parse(&machine.run(&infer, LIMIT).unwrap()).unwrap();
    let Cost { instructions, estimated_cycles } = counter::count(machine, &infer).unwrap();
    let estimated_cycles = estimated_cycles.expect("a Cortex-M4");
    let size = elf::footprint(&build(Image::without_panics("infer-only"))).unwrap();

    let per_multiply_add = |count: u64| count as f64 / MULTIPLY_ADDS as f64;
    tools::say(&format!(
        "
one inference on {}, {MULTIPLY_ADDS} multiply-adds, parameters in flash
  instructions (counted)            {:>9}  {:.2} per multiply-add
  Cortex-M4 cycles (estimated)      {:>9}  {:.2} per multiply-add
  flash, parameters included        {:>9}  bytes
    code of it                      {:>9}  bytes
  RAM, image of bytes included      {:>9}  bytes
  stack at its deepest              {:>9}  bytes
",
        machine.name,
        instructions,
        per_multiply_add(instructions),
        estimated_cycles,
        per_multiply_add(estimated_cycles),
        size.flash,
        size.code,
        size.static_ram,
        report.stack,
    ));
    assert!(estimated_cycles >= instructions);
    for (what, figure, most) in [
        ("instructions", instructions, 632_000),
        ("estimated cycles", estimated_cycles, 780_000),
        ("bytes of flash", size.flash.into(), 26_400),
        ("bytes of code", size.code.into(), 3_900),
        ("bytes of stack", report.stack.into(), 512),
        ("bytes of RAM", (size.static_ram + report.stack).into(), 7_000),
    ] {
        assert!(figure > 0 && figure <= most, "{figure} {what}: at most {most} were allowed");
    }
    let memory = 28 * 28 + 4 * (Digits::INFER_SCRATCH + 10);
    assert_eq!(size.static_ram as usize, memory, "image, scratch and logits, nothing else");
}

/// Functions of `tinyconv::math`, and the features that make the image `functions` call them.
const FUNCTIONS: [(&str, &str); 4] =
    [("exp", "call-exp"), ("ln", "call-ln"), ("tanh", "call-tanh"), ("sqrt", "call-sqrt")];

/// Calls in an image `functions`.
const CALLS: f64 = 64.0;

/// What an image costs, or what one call of a function adds to that.
#[derive(Clone, Copy)]
struct Figures {
    instructions: f64,
    estimated_cycles: f64,
    /// Of flash: code and constants.
    bytes: f64,
}

/// Builds the image `functions` and measures it.
fn measure(toolchain: &Toolchain, features: &[&'static str]) -> Figures {
    let image = Image::with_features("functions", features);
    let elf = image.build(&MPS2_AN386, toolchain, Inputs::prepare()).unwrap();
    let cost = counter::count(&MPS2_AN386, &elf).unwrap();
    Figures {
        instructions: cost.instructions as f64 / CALLS,
        estimated_cycles: cost.estimated_cycles.expect("a Cortex-M4") as f64 / CALLS,
        bytes: elf::footprint(&elf).unwrap().flash.into(),
    }
}

/// What each of the functions adds to an image that calls an empty function instead.
fn calls(toolchain: &Toolchain, setting: &[&'static str]) -> [Figures; FUNCTIONS.len()] {
    let empty = measure(toolchain, setting);
    FUNCTIONS.map(|(_, feature)| {
        let image = measure(toolchain, &[setting, &[feature]].concat());
        Figures {
            instructions: image.instructions - empty.instructions,
            estimated_cycles: image.estimated_cycles - empty.estimated_cycles,
            bytes: image.bytes - empty.bytes,
        }
    })
}

#[test]
fn costs_of_math() {
    let Some(toolchain) = tools::available(MPS2_AN386.target, &PROGRAMS) else {
        return;
    };
    let (libm, micromath) = (calls(&toolchain, &[]), calls(&toolchain, &["micromath"]));
    let mut table = format!(
        "
one call on {}, less that of an empty function; mean of {CALLS} arguments
        {:>26}{:>26}{:>26}
",
        MPS2_AN386.name, "instructions", "cycles (estimated)", "bytes of flash"
    );
    table += "        ";
    table += &format!("{:>8}{:>11}{:>7}", "libm", "micromath", "ratio").repeat(3);
    for ((name, _), (libm, micromath)) in FUNCTIONS.iter().zip(libm.iter().zip(&micromath)) {
        write!(table, "\n  {name:<6}").unwrap();
        for [libm, micromath] in [
            [libm.instructions, micromath.instructions],
            [libm.estimated_cycles, micromath.estimated_cycles],
            [libm.bytes, micromath.bytes],
        ] {
            assert!(libm > 0.0 && micromath > 0.0, "{name}: {libm} and {micromath}");
            write!(table, "{libm:>8.0}{micromath:>11.0}{:>7.2}", micromath / libm).unwrap();
        }
    }
    tools::say(&(table + "\n"));

    // Where the feature saves most; it does not save everywhere.
    let ([.., libm_tanh, libm_sqrt], [.., tanh, sqrt]) = (libm, micromath);
    assert!(tanh.bytes < libm_tanh.bytes);
    assert!(sqrt.instructions < libm_sqrt.instructions && sqrt.bytes < libm_sqrt.bytes);
}
