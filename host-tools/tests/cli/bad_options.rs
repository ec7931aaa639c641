//! Options that are refused before anything happens.

use std::fs;

use crate::tool::Tool;

#[test]
fn options_without_a_meaning() {
    let tool = Tool::new();
    tool.trained("digits");
    for (option, value, words) in [
        ("--epochs", "0", "--epochs"),
        ("--epochs", "-1", "-1"),
        ("--batch", "0", "--batch"),
        ("--learning-rate", "NaN", "learning rate NaN"),
        ("--learning-rate", "inf", "learning rate inf"),
        ("--learning-rate", "-0.1", "learning rate -0.1"),
        ("--learning-rate", "0", "learning rate 0"),
        ("--learning-rate", "fast", "--learning-rate"),
        ("--threads", "0", "--threads"),
        ("--threads", "1000000", "--threads"),
        ("--augment", "all", "--augment"),
        ("--augment", "1,2", "--augment"),
        ("--augment", "NaN,0,0", "--augment"),
        ("--augment", "-1,0,0", "shift in pixels is -1"),
        ("--augment", "0,0,1", "scale is 1"),
        ("--augment", "0,0,0,-1", "noise is -1"),
        ("--augment", "0,0,0,0,0", "three or four numbers"),
        ("--optimizer", "newton", "use one of descent, sgd, adagrad, adagrad-momentum, rms-prop"),
        ("--optimizer", "sgd:momentum=1", "momentum is `1`; give a number from 0"),
        ("--optimizer", "adam:weight-decay=0.1", "adam has no setting `weight-decay=0.1`"),
        ("--schedule", "never", "use constant, step:STEPS,FACTOR"),
        ("--schedule", "step:0,0.9", "the period of a schedule is `0`"),
        ("--schedule", "warm-up:5+exponential:NaN", "the last share of a schedule is `NaN`"),
        ("--seed", "-1", "-1"),
        ("--model", "unknown", "possible values: digits, digits-tiny, digits-dense, linear"),
        ("--unknown", "1", "--unknown"),
    ] {
        tool.refuses(&["train", "--data", "data", option, value], &[words]);
        tool.refuses(&["--data", "data", option, value, "--json"], &[words]);
    }
}

#[test]
fn commands_that_lack_something() {
    let tool = Tool::new();
    tool.trained("digits");
    tool.refuses(&["unknown"], &["unknown"]);
    tool.refuses(&["eval"], &["MODEL_FILE"]);
    tool.refuses(&["inspect"], &["MODEL_FILE"]);
    tool.refuses(&["export", "trained/digits.tinyconv"], &["--format"]);
    tool.refuses(&["export", "trained/digits.tinyconv", "--format", "c"], &["rust, bin"]);
    tool.refuses(&["eval", "trained/digits.tinyconv", "--threads", "0"], &["--threads"]);
}

#[test]
fn a_place_that_cannot_be_written_to() {
    let tool = Tool::new();
    tool.trained("digits");
    // Below a file there can be no directory, whoever the user is.
    fs::write(tool.path("file"), "content").unwrap();
    fs::create_dir_all(tool.path("occupied/digits.tinyconv")).unwrap();
    for out in ["file", "file/below", "file/far/below", "occupied"] {
        let words = [out, "--out"];
        tool.refuses(&["train", "--data", "data", "--out", out], &words);
        let export = ["export", "trained/digits.tinyconv", "--format", "rust", "--out"];
        let inside = format!("{out}/digits.tinyconv");
        tool.refuses(&[&export[..], &[inside.as_str()]].concat(), &words);
    }
}

#[test]
fn an_export_over_its_own_model() {
    let tool = Tool::new();
    fs::rename(tool.trained("linear"), tool.path("trained/linear.bin")).unwrap();
    tool.refuses(
        &["export", "trained/linear.bin", "--format", "bin"],
        &["trained/linear.bin", "the file to read"],
    );
}

#[test]
fn budgets_that_are_no_bytes() {
    let tool = Tool::new();
    for budget in ["", "16B", "1.5K", "much", "99999999999999999999"] {
        tool.refuses(&["memory", "--budget", budget], &["--budget", "16384, 16K or 1M"]);
        let stack = ["memory", "--budget", "16K", "--stack", budget];
        tool.refuses(&stack, &["--stack", "16384, 16K or 1M"]);
    }
    tool.refuses(&["memory", "--budget", "1K", "--input", "disk"], &["flash, bytes, floats"]);
    tool.refuses(&["memory", "--budget", "1K", "--model", "digits", "a.tinyconv"], &["--model"]);
    tool.refuses(&["memory", "--budget", "1K", "a.tinyconv"], &["cannot read", "a.tinyconv"]);
}
