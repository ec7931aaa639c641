//! What the tool says to type next works as it is printed, in the directory where it is printed.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::board::{UNIT, descends};
use crate::tool::{Printed, Tool};

use host_tools::networks::DigitsTiny;
use tinyconv::model_file::{ModelFile, Normalisation, Training};
use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
use tinyconv::tuning::Last;

/// How commands begin that are printed by the tool of this repository.
const PROGRAM: &str = "cargo run -p host-tools --";

/// What a test leaves out: a browser needs somebody who looks, and the programs of a new project are built and run by
/// `tests/new.sh`.
const SKIPPED: [&str; 2] = ["open ", "cargo "];

/// The lines to type, as they are printed: those from `next:` on, and any with the program's name.
fn hints(printed: &Printed) -> Vec<String> {
    let mut hints = Vec::new();
    for stream in [&printed.stdout, &printed.stderr] {
        let mut is_next = false;
        for line in stream.lines() {
            is_next = line.starts_with("next: ") || (is_next && line.starts_with("      "));
            let text = line.strip_prefix("next: ").unwrap_or(line).trim();
            if is_next {
                hints.push(text.to_owned());
            } else if let Some(at) = text.find(PROGRAM) {
                hints.push(text[at..].to_owned());
            }
        }
    }
    hints
}

/// Runs the program, and then what it says to type, in a shell; how many commands that were.
#[track_caller]
fn follow(tool: &Tool, arguments: &[&str]) -> usize {
    let hints = hints(&tool.succeeds(arguments));
    let program = format!("'{}'", env!("CARGO_BIN_EXE_tinyconv"));
    let words = hints.iter().flat_map(|hint| hint.split(" && "));
    let typed = words.map(|command| command.replace(PROGRAM, &program));
    let typed: Vec<String> =
        typed.filter(|command| !SKIPPED.iter().any(|skip| command.starts_with(skip))).collect();
    // One shell, as that of the user: a change of directory is for the commands after it.
    let mut shell = Command::new("sh");
    shell.args(["-ec", &typed.join("\n")]).current_dir(tool.path(""));
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?} says {hints:#?}, but: {said}");
    typed.len()
}

fn onnx(tool: &Tool, name: &str, to: &str) {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/onnx");
    for ending in ["onnx", "safetensors"] {
        let file = format!("{name}.{ending}");
        fs::copy(data.join(&file), tool.path(&format!("{to}.{ending}"))).unwrap();
    }
}

#[test]
fn after_training() {
    let tool = Tool::new();
    let train = ["train", "--data", "data", "--epochs", "1"];
    assert_eq!(follow(&tool, &train), 2, "eval and export");
    let more: [&[&str]; 4] = [
        &["--model", "lenet", "--out", "a place"],
        &["--model", "digits-tiny", "--no-report"],
        &["--validate", "0.1", "--report", "page.html", "--out=--odd"],
        &["--from", "trained/digits.tinyconv", "--freeze", "2", "--out", "it's"],
    ];
    for more in more {
        assert_eq!(follow(&tool, &[&train[..], more].concat()), 2, "{more:?}");
    }
    // Where the data set is counts, too.
    fs::rename(tool.path("data"), tool.path("my data")).unwrap();
    assert_eq!(follow(&tool, &["train", "--data", "my data", "--epochs", "1"]), 2);
}

#[test]
fn after_an_import() {
    let tool = Tool::new();
    onnx(&tool, "residual", "residual");
    assert_eq!(follow(&tool, &["import", "residual.onnx"]), 1, "memory");
    onnx(&tool, "signal", "a signal");
    assert_eq!(follow(&tool, &["import", "a signal.onnx"]), 1);
    // An input that no microcontroller has room for, as good as any to ask about.
    let layers = [LayerSpec { name: "d", kind: LayerKind::Dense(DenseOptions { out: 2 }) }];
    let training =
        Training { epochs: 0, batch: 0, seed: 0, learning_rate: 0.0, test_accuracy: 0.0 };
    let normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
    let input = Dims::Map([1, 1500, 1500]);
    let parameters = vec![0; 4 * 2 * (input.len() + 1)];
    let large =
        ModelFile::new("large", input, &layers, normalisation, &[], training, &parameters).unwrap();
    fs::write(tool.path("large.tinyconv"), host_tools::files::encode_file(&large).unwrap())
        .unwrap();
    tool.succeeds(&["export", "large.tinyconv", "--format", "onnx"]);
    assert_eq!(follow(&tool, &["import", "large.onnx", "--out", "again.tinyconv"]), 1);
    tool.finds_no_room(&["memory", "--budget", "64K", "again.tinyconv"]);
}

/// Where a command says what to type next, it is tested here.
#[test]
fn after_the_other_commands() {
    let tool = Tool::new();
    let base = fs::read(tool.trained("digits-tiny")).unwrap();
    let model = "trained/digits-tiny.tinyconv";
    let small = ["--shown", "10", "--replay", "5", "--check", "10", "--held", "20"];
    let finetune = ["finetune", model, "--data", "data", "--out", "tuned.tinyconv"];
    let (image, _) = descends::<DigitsTiny, Last<1>, { 8 * UNIT }>(&base, 1);
    fs::write(tool.path("flash.bin"), image).unwrap();
    tool.succeeds(&["export", model, "--format", "safetensors"]);
    let commands: [(&[&str], usize); 9] = [
        (&[&finetune[..], &small].concat(), 0),
        (&["diff", model, "tuned.tinyconv"], 0),
        (&["memory"], 0),
        (&["memory", "--budget", "64K", model], 0),
        (&["memory", "--board", "microbit-v2", model], 0),
        (&["eval", model, "--data", "data"], 0),
        (&["export", model, "--format", "rust"], 0),
        (&["import", "flash.bin", "--base", model, "--data", "data"], 0),
        (&["import", "trained/digits-tiny.safetensors", "--data", "data", "--out", "again"], 0),
    ];
    for (arguments, commands) in commands {
        assert_eq!(follow(&tool, arguments), commands, "{arguments:?}");
    }
    // Its directories are there.
    assert_eq!(follow(&tool, &["new", "my-net", "--board", "microbit-v2"]), 3);
    fs::create_dir(tool.path("my projects")).unwrap();
    assert_eq!(follow(&tool, &["new", "my projects/net"]), 2);
}
