//! Runs the firmware of `tests/firmware` in QEMU: the same bits as on the host, no reachable panic, known costs, and a
//! driver that notices when an image panics, faults or hangs.
//!
//! `tests/run.sh` installs what this needs and sets `TINYCONV_REQUIRE_QEMU=1`; without that variable, a test whose
//! tools are missing says so and passes.

#[path = "qemu/costs.rs"]
mod costs;
#[path = "qemu/examples.rs"]
mod examples;
mod support;
#[path = "qemu/training.rs"]
mod training;

use std::time::Duration;

use support::expected::host_logits;
use support::firmware::Image;
use support::inputs::{IMAGES, Inputs};
use support::qemu::{MPS2_AN386, Machine};
use support::report::Report;
use support::tools;

/// Far more than any image needs, far less than anyone would wait.
const LIMIT: Duration = Duration::from_secs(120);

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
