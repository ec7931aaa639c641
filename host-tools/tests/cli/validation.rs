//! Samples that are kept apart to choose by.

use std::fs;

use serde_json::Value;

use crate::data::{TRAIN, labels};
use crate::tool::Tool;

const TRAINED: [&str; 7] = ["train", "--model", "linear", "--data", "data", "--epochs", "9"];

#[test]
fn the_best_epoch_is_kept_and_the_test_set_is_for_the_end() {
    let tool = Tool::new();
    // A rate at which every epoch is good for a surprise.
    let options = ["--validate", "0.25", "--keep", "best", "--learning-rate", "0.5", "--json"];
    let result = tool.succeeds(&[&TRAINED[..], &options].concat()).json();
    let text = fs::read_to_string(tool.path("trained/linear.metrics.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&lines[0]["training_samples"], &lines[0]["validation_samples"]),
        (&240.into(), &80.into())
    );
    assert_eq!(lines[0]["beyond_recipe"]["keep"], "best");
    let epochs: Vec<&Value> = lines.iter().filter(|line| line["event"] == "epoch").collect();
    assert!(epochs.iter().all(|line| line["test"].is_null()));
    let accuracy = |line: &Value| line["validation"]["accuracy"].as_f64().unwrap();
    let best = epochs.iter().map(|line| accuracy(line)).fold(0.0, f64::max);
    let first = epochs.iter().find(|line| accuracy(line) == best).unwrap();
    assert_eq!(result["kept_epoch"], first["epoch"]);
    assert_eq!(result["validation_accuracy"], best);
    // What `eval` makes of the file is what the result says.
    let eval = ["eval", "trained/linear.tinyconv", "--data", "data", "--json", "--no-report"];
    assert_eq!(tool.succeeds(&eval).json()["test_accuracy"], result["test_accuracy"]);
}

#[test]
fn patience_ends_a_run() {
    let tool = Tool::new();
    let options = ["--validate", "0.2", "--patience", "2", "--epochs", "90"];
    let arguments = [&TRAINED[..5], &options, &["--json"]].concat();
    let result = tool.succeeds(&arguments).json();
    // Everything is right after a few epochs, and no epoch is better than that.
    assert_eq!(result["stopped_early"], true);
    let epochs = result["epochs"].as_u64().unwrap();
    assert!(epochs > 2 && epochs < 90, "{epochs}");
    assert_eq!(result["kept_epoch"], epochs); // the last one, as nothing else was asked for
    let page = fs::read_to_string(tool.path("trained/linear.report.html")).unwrap();
    assert!(page.contains("Stopped early") && page.contains("validated on 60"), "{page}");
}

#[test]
fn shares_that_leave_nothing() {
    let tool = Tool::new();
    let refuses = |options: &[&str], words: &[&str]| {
        tool.refuses(&[&TRAINED[..], options].concat(), words);
    };
    for share in ["0", "1", "-0.5", "NaN", "inf"] {
        refuses(&["--validate", share], &["cannot be kept apart", "--validate 0.1"]);
    }
    refuses(
        &["--validate", "0.01"],
        &["0 of the 32 training samples of class 0", "--validate 0.04"],
    );
    refuses(&["--validate", "0.99"], &["32 of the 32", "leaves none to train with"]);
    refuses(&["--keep", "best"], &["--keep best", "add --validate 0.1"]);
    refuses(&["--patience", "3"], &["--patience", "add --validate 0.1"]);
    refuses(&["--class-weights", "1,2"], &["2 class weights for 10 outputs"]);
    refuses(&["--class-weights", "1,-2"], &["a class weight is `-2`"]);
    tool.succeeds(&[&TRAINED[..], &["--validate", "0.04"]].concat());
}

#[test]
fn a_class_that_only_tests_have_is_named() {
    let tool = Tool::new();
    let mut bytes = labels(TRAIN);
    for label in &mut bytes[8..] {
        *label = if *label == 7 { 8 } else { *label };
    }
    fs::write(tool.path("data/train-labels-idx1-ubyte"), bytes).unwrap();
    let printed = tool.succeeds(&TRAINED);
    let note = "note: no training sample is of class 7, of which there are test samples";
    assert!(printed.stderr.contains(note), "{}", printed.stderr);
}
