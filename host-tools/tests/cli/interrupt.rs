//! Ctrl-C and SIGTERM stop a run, but not without a model.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use tinyconv::model_file::ModelFile;

use crate::tool::Tool;

#[test]
fn an_interrupted_run_writes_its_model() {
    stops_with_a_model("-INT");
}

#[test]
fn a_terminated_run_writes_its_model() {
    stops_with_a_model("-TERM");
}

fn stops_with_a_model(signal: &str) {
    let tool = Tool::new();
    let mut run = tool
        .command(&["train", "--data", "data", "--epochs", "1000000"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(run.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("epoch ") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the run ended too early");
    }
    let kill = Command::new("kill").args([signal, &run.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(0), "{rest}");
    assert!(rest.contains("interrupted in epoch") && rest.contains("export"), "{rest}");

    let bytes = fs::read(tool.path("trained/digits.tinyconv")).unwrap();
    assert!(ModelFile::parse(&bytes).unwrap().training.epochs < 1_000_000);
    tool.succeeds(&["eval", "trained/digits.tinyconv", "--data", "data"]);
}
