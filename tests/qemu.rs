//! Runs the firmware of `tests/firmware` in QEMU: the same bits as on the host, no reachable panic, known costs, and a
//! driver that notices when an image panics, faults or hangs.
//!
//! `tests/run.sh` installs what this needs and sets `TINYCONV_REQUIRE_QEMU=1`; without that variable, a test whose
//! tools are missing says so and passes.

#[path = "qemu/bad_input.rs"]
mod bad_input;
#[path = "qemu/code_size.rs"]
mod code_size;
#[path = "qemu/costs.rs"]
mod costs;
#[path = "qemu/examples.rs"]
mod examples;
#[path = "qemu/kinds.rs"]
mod kinds;
#[path = "qemu/lenet.rs"]
mod lenet;
#[path = "qemu/matrix.rs"]
mod matrix;
#[path = "qemu/mlperf.rs"]
mod mlperf;
#[path = "qemu/optimizers.rs"]
mod optimizers;
#[path = "qemu/pytorch.rs"]
mod pytorch;
#[path = "qemu/shapes.rs"]
mod shapes;
#[path = "qemu/signed.rs"]
mod signed;
mod support;
#[path = "qemu/training.rs"]
mod training;

use std::time::Duration;

use support::firmware::{Image, Net};
use support::inputs::Inputs;
use support::qemu::{MPS2_AN386, Machine};
use support::tools;

/// Far more than any image needs, far less than anyone would wait.
const LIMIT: Duration = Duration::from_secs(120);

/// The most by which our logits may differ from those of another program.
const PARITY: f32 = 1e-5;

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

/// On one machine, with whatever features the host has; `matrix` has all machines.
#[test]
fn logits_have_the_bits_of_the_host() {
    let machine = &MPS2_AN386;
    if let Some(toolchain) = tools::available(machine.target, &[machine.emulator]) {
        let image = Image::new("infer").build(machine, &toolchain, Inputs::prepare()).unwrap();
        matrix::logits(machine, &image, Net::Digits);
    }
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
