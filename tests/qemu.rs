//! Runs the firmware of `tests/firmware` in QEMU: the same bits as on the host, no reachable panic, known costs, and a
//! driver that notices when an image panics, faults or hangs.
//!
//! `tests/run.sh` installs what this needs and sets `TINYCONV_REQUIRE_QEMU=1`; without that variable, a test whose
//! tools are missing says so and passes.

mod support;

use std::time::Duration;

use support::counter;
use support::elf;
use support::expected::host_logits;
use support::firmware::Image;
use support::inputs::{IMAGES, Inputs, MULTIPLY_ADDS};
use support::qemu::{MPS2_AN386, Machine};
use support::tools;

/// Far more than any image needs, far less than anyone would wait.
const LIMIT: Duration = Duration::from_secs(120);

/// What an image `infer` says.
struct Report {
    logits: Vec<[u32; 10]>,
    stack: u32,
}

impl Report {
    /// # Errors
    /// The first line that is not as documented in `tests/firmware/src/bin/infer.rs`.
    fn parse(output: &str) -> Result<Self, String> {
        let mut logits = Vec::new();
        let mut stack = None;
        for line in output.lines() {
            let wrong = || format!("unexpected line {line:?}");
            let (first, rest) = line.split_once(' ').ok_or_else(wrong)?;
            if first == "stack" {
                stack = Some(rest.parse().map_err(|_| wrong())?);
            } else {
                let index: usize = first.parse().map_err(|_| wrong())?;
                let row: Vec<u32> = rest
                    .split(' ')
                    .map(|bits| u32::from_str_radix(bits, 16).map_err(|_| wrong()))
                    .collect::<Result<_, _>>()?;
                if index != logits.len() {
                    return Err(wrong());
                }
                logits.push(row.try_into().map_err(|_| wrong())?);
            }
        }
        let stack = stack.ok_or("no line with the depth of the stack")?;
        Ok(Self { logits, stack })
    }
}

/// Builds an image and runs it. `None`: a tool is missing; else what it printed, or why it failed.
fn run(machine: &Machine, image: &Image, limit: Duration) -> Option<Result<String, String>> {
    let toolchain = tools::available(machine.target, &[machine.emulator])?;
    let built = image.build(machine, &toolchain, Inputs::prepare());
    Some(built.and_then(|elf| machine.run(&elf, limit)))
}

/// What is wrong with a build or run that should have failed with `expected` among its words.
fn fails_with<T>(result: Result<T, String>, expected: &[&str]) {
    let message = result.err().expect("it must fail");
    for words in expected {
        assert!(message.contains(words), "no {words:?} in:\n{message}");
    }
}

#[test]
fn logits_have_the_bits_of_the_host() {
    let Some(output) = run(&MPS2_AN386, &Image::new("infer"), LIMIT) else {
        return;
    };
    let report = Report::parse(&output.unwrap()).unwrap();
    let expected = host_logits(IMAGES);
    assert_eq!(report.logits.len(), expected.len(), "images");
    for (index, (device, host)) in report.logits.iter().zip(&expected).enumerate() {
        assert!(
            device == host,
            "image {index} on {}:\n{device:08x?}, but on the host\n{host:08x?}",
            MPS2_AN386.name
        );
    }
}

#[test]
fn no_panic_can_be_reached_in_inference() {
    let Some(toolchain) = tools::available(MPS2_AN386.target, &[]) else {
        return;
    };
    Image::without_panics("infer-only").build(&MPS2_AN386, &toolchain, Inputs::prepare()).unwrap();
}

#[test]
fn a_panic_that_can_be_reached_does_not_link() {
    let Some(toolchain) = tools::available(MPS2_AN386.target, &[]) else {
        return;
    };
    fails_with(
        Image::without_panics("reachable-panic").build(&MPS2_AN386, &toolchain, Inputs::prepare()),
        &["undefined symbol: tinyconv_panic_is_reachable"],
    );
}

#[test]
fn a_panicking_image_fails_with_its_message() {
    if let Some(result) = run(&MPS2_AN386, &Image::new("panics"), LIMIT) {
        fails_with(result, &["mps2-an386 ended with exit code 1", "on purpose"]);
    }
}

#[test]
fn a_faulting_image_fails_with_the_place() {
    if let Some(result) = run(&MPS2_AN386, &Image::new("faults"), LIMIT) {
        fails_with(result, &["mps2-an386 ended with exit code 1", "hard fault at pc 0x"]);
    }
}

#[test]
fn a_hanging_image_is_stopped() {
    if let Some(result) = run(&MPS2_AN386, &Image::new("hangs"), Duration::from_secs(1)) {
        fails_with(result, &["mps2-an386 did not end within 1 s"]);
    }
}

#[test]
fn costs_of_inference() {
    let machine = &MPS2_AN386;
    let programs = [machine.emulator, "python3", "cc", "arm-none-eabi-objdump"];
    let Some(toolchain) = tools::available(machine.target, &programs) else {
        return;
    };
    let inputs = Inputs::prepare();
    let build = |image: Image| image.build(machine, &toolchain, inputs).unwrap();
    let infer = build(Image::new("infer"));
    let report = Report::parse(&machine.run(&infer, LIMIT).unwrap()).unwrap();
    let cost = counter::count(machine, &infer).unwrap();
    let size = elf::footprint(&build(Image::without_panics("infer-only"))).unwrap();

    let per_multiply_add = |count: u64| count as f64 / MULTIPLY_ADDS as f64;
    tools::say(&format!(
        "
one inference on {}, {MULTIPLY_ADDS} multiply-adds
  instructions (counted)            {:>9}  {:.2} per multiply-add
  Cortex-M4 cycles (estimated)      {:>9}  {:.2} per multiply-add
  flash, parameters included        {:>9}  bytes
    code of it                      {:>9}  bytes
  RAM, input and logits included    {:>9}  bytes
  stack at its deepest              {:>9}  bytes
",
        machine.name,
        cost.instructions,
        per_multiply_add(cost.instructions),
        cost.estimated_cycles,
        per_multiply_add(cost.estimated_cycles),
        size.flash,
        size.code,
        size.static_ram,
        report.stack,
    ));
    assert!(cost.estimated_cycles >= cost.instructions);
    for (what, figure, most) in [
        ("instructions", cost.instructions, 650_000),
        ("estimated cycles", cost.estimated_cycles, 900_000),
        ("bytes of flash", size.flash.into(), 27_000),
        ("bytes of code", size.code.into(), 4_200),
        ("bytes of stack", report.stack.into(), 512),
    ] {
        assert!(figure > 0 && figure <= most, "{figure} {what}: at most {most} were allowed");
    }
    assert_eq!(size.static_ram, 4 * (784 + 1120 + 10), "input, scratch and logits, nothing else");
}
