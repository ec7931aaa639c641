//! The example for QEMU: built as a user builds it, its programs print what the files beside them say, and the one that
//! learns does what the host predicts. `TINYCONV_BLESS=1` writes those files anew. (`tests/boards.sh` has the others.)

use std::fs;
use std::path::Path;

use host_tools::finetune::{FinetuneOptions, SETS, SessionSamples, Trains, finetune, records};
use host_tools::model::{MODELS, Networks};
use tinyconv::model_file::ModelFile;

use crate::LIMIT;
use crate::support::firmware::target_directory;
use crate::support::inputs::{MODEL, test_split};
use crate::support::qemu::MPS2_AN386;
use crate::support::{bless, process, tools};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/qemu-mps2");

#[test]
fn examples_print_what_they_promise() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &[machine.emulator]) else {
        return;
    };
    let example = Path::new(EXAMPLE);
    // Not the directory of the test firmware, whose images have the same names.
    let target_dir = target_directory().join("examples").join("qemu-mps2");
    let mut command = toolchain.cargo_build(machine.target);
    command.current_dir(example).args(["--quiet", "--bins", "--target-dir"]).arg(&target_dir);
    let built = process::run(&mut command, 5 * LIMIT).expect("cargo can be run");
    assert_eq!(built.code, Some(0), "{}", built.stderr);

    let images = target_dir.join(machine.target).join("release");
    for name in ["infer", "finetune"] {
        let printed = machine.run(&images.join(name), LIMIT).unwrap();
        bless::compare(example.join(format!("src/bin/{name}.out")), &printed);
        if name == "finetune" && cfg!(not(any(feature = "fma", feature = "micromath"))) {
            as_predicted(&printed);
        }
    }
}

/// The example's images are those of the session that the host holds, and what it printed is what the host computes,
/// whatever happened to its power.
fn as_predicted(printed: &str) {
    let base = ModelFile::parse(MODEL).expect("the model file is whole");
    let model = Networks::new(&MODELS).of_file(&base).expect("a network of the tool");
    let factory: Vec<f32> = base.parameters().collect();
    let mut predicted = Vec::new();
    for trains in [Trains::Last(1), Trains::All] {
        let options = FinetuneOptions::new(trains);
        let samples = SessionSamples::choose(test_split(), 10, &options).expect("enough images");
        for (name, set) in SETS.iter().zip(samples.sets()) {
            let file = Path::new(EXAMPLE).join(format!("samples/{name}.bin"));
            let exported = fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            assert!(exported == records(set), "{} is not what --export writes", file.display());
        }
        let outcome = finetune(model, &factory, base.normalisation, &samples, &options).unwrap();
        predicted.extend(outcome.lines(&options, &samples));
    }

    let of_power = |line: &&str| {
        ["--- power fails", "saved: ", "restored: "].iter().any(|start| line.starts_with(start))
    };
    assert_eq!(printed.lines().filter(|line| line.starts_with("--- power fails")).count(), 2);
    // A line comes again if the power failed behind it, and never another line in its place.
    let mut lines: Vec<(&str, &str)> = Vec::new();
    for line in with_heading(printed.lines().filter(|line| !of_power(line))) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let predicted: Vec<_> = with_heading(predicted.iter().map(String::as_str)).collect();
    assert_eq!(lines, predicted);
}

/// Each line with that of its session that says what is trained.
fn with_heading<'a>(
    lines: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let mut heading = "";
    lines.map(move |line| {
        if line.starts_with("training ") {
            heading = line;
        }
        (heading, line)
    })
}
