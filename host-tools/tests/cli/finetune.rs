//! Fine-tuning: the same lines and bytes every time, frozen layers that stay, options that are refused.

use std::fs;

use tinyconv::model_file::ModelFile;
use tinyconv::tuning::checksum;

use crate::tool::Tool;

/// Sets that the small data set has room for.
const SMALL: [[&str; 2]; 5] =
    [["--data", "data"], ["--shown", "10"], ["--replay", "5"], ["--check", "10"], ["--held", "20"]];
const SETS: [&str; 5] = ["shown", "replay", "check", "held", "upright"];

/// Arguments of a session with small sets, as far as `more` does not say otherwise.
fn session<'a>(model_file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let small = SMALL.iter().filter(|[option, _]| !more.contains(option)).flatten().copied();
    ["finetune", model_file].into_iter().chain(small).chain(more.iter().copied()).collect()
}

fn parameters(bytes: &[u8]) -> Vec<f32> {
    ModelFile::parse(bytes).unwrap().parameters().collect()
}

#[test]
fn a_session_is_the_same_every_time() {
    let tool = Tool::new();
    tool.trained("digits");
    let run = |more: &[&str]| tool.succeeds(&session("trained/digits.tinyconv", more)).stdout;
    for trains in ["1", "2", "all"] {
        let text = run(&["--trains", trains]);
        assert_eq!(text, run(&["--trains", trains]));
        assert_eq!(text.lines().count(), 1 + 1 + 10 + 1, "{text}");
        assert_ne!(text, run(&["--trains", trains, "--seed", "2"]));
        assert_ne!(text, run(&["--trains", trains, "--angle", "-25"]));
        assert_ne!(text, run(&["--trains", trains, "--replay", "0"]));
    }
}

#[test]
fn json_and_text_say_the_same() {
    let tool = Tool::new();
    tool.trained("digits");
    let printed = |more: &[&str]| tool.succeeds(&session("trained/digits.tinyconv", more));
    let text = printed(&["--trains", "all", "--epochs", "3"]).stdout;
    let report = printed(&["--trains", "all", "--epochs", "3", "--json"]).json();
    assert_eq!(report["model"], "digits");
    assert_eq!(report["trained_parameters"], 5142);
    assert_eq!([&report["held"], &report["upright"], &report["check"]], [20, 20, 20]);
    let before = &report["before"];
    let (held, upright) = (&before["held_correct"], &before["upright_correct"]);
    assert!(text.contains(&format!("before: held {held} of 20, upright {upright} of 20, check ")));
    assert_eq!(before["held_accuracy"], held.as_f64().unwrap() / 20.0);
    for (index, epoch) in report["epochs"].as_array().unwrap().iter().enumerate() {
        let bits = u32::from_str_radix(epoch["loss_bits"].as_str().unwrap(), 16).unwrap();
        let loss = f32::from_bits(bits);
        assert!(text.contains(&format!("epoch {}: loss {loss}, check ", index + 1)), "{text}");
    }
    let sum = report["parameters_checksum"].as_str().unwrap();
    assert!(text.trim_end().ends_with(&format!("parameters {sum}")), "{text}");
    let total = &report["ram"]["total"];
    assert!(text.contains(&format!("5142 parameters, {total} bytes of RAM")), "{text}");
}

#[test]
fn the_fine_tuned_model_has_learnt_in_its_last_layers_only() {
    let tool = Tool::new();
    let base = parameters(&fs::read(tool.trained("digits")).unwrap());
    for (trains, trained) in [("1", 2570), ("2", 2570 + 2416), ("all", 5142)] {
        let more = ["--trains", trains, "--out", "new/tuned.tinyconv", "--json"];
        let report = tool.succeeds(&session("trained/digits.tinyconv", &more)).json();
        let losses: Vec<f64> = report["epochs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|epoch| epoch["loss"].as_f64().unwrap())
            .collect();
        assert!(losses.last() < losses.first(), "{losses:?}");

        let tuned = parameters(&fs::read(tool.path("new/tuned.tinyconv")).unwrap());
        let frozen = base.len() - trained;
        assert_eq!(tuned[..frozen], base[..frozen]);
        assert_ne!(tuned[frozen..], base[frozen..]);
        assert_eq!(report["trained_parameters"], trained);
        let sum = format!("{:08x}", checksum(&tuned[frozen..]));
        assert_eq!(report["parameters_checksum"], sum.as_str());
        tool.succeeds(&["eval", "new/tuned.tinyconv", "--data", "data"]);
        let inspected = tool.succeeds(&["inspect", "new/tuned.tinyconv", "--json"]).json();
        assert_eq!(inspected["labels"][9], "9");
    }
}

#[test]
fn the_samples_are_exported_as_firmware_includes_them() {
    let tool = Tool::new();
    tool.trained("digits");
    let export = |to: &str, trains: &str| {
        let more = ["--export", to, "--trains", trains];
        tool.succeeds(&session("trained/digits.tinyconv", &more));
        SETS.map(|set| fs::read(tool.path(to).join(set).with_extension("bin")).unwrap())
    };
    let files = export("samples", "1");
    for (file, samples) in files.iter().zip([10, 5, 20, 20, 20]) {
        let (records, rest) = file.as_chunks::<{ 2 + 28 * 28 }>();
        assert_eq!((records.len(), rest.len()), (samples, 0));
        assert!(
            records.iter().zip((0..10).cycle()).all(|(record, label)| record[..2] == [label, 0])
        );
    }
    assert_eq!(files, export("others/below", "all"), "the samples do not depend on the training");
}

#[test]
fn what_cannot_be_is_refused() {
    let tool = Tool::new();
    tool.trained("digits");
    tool.trained("linear");
    for (option, value, words) in [
        ("--trains", "0", "--trains"),
        ("--trains", "some", "give all"),
        ("--trains", "3", "use --trains 1 or 2 or all"),
        ("--epochs", "0", "--epochs 1"),
        ("--learning-rate", "NaN", "learning rate NaN"),
        ("--learning-rate", "-0.1", "learning rate -0.1"),
        ("--learning-rate", "3e38", "diverged in epoch 1"),
        ("--shown", "0", "--shown 1"),
        ("--check", "0", "--check 1"),
        ("--held", "0", "--held 1"),
        ("--held", "-1", "-1"),
        ("--held", "40", "test images of class 0, but the data set has 10"),
        ("--angle", "NaN", "angle NaN"),
        ("--angle", "181", "angle 181"),
        ("--data", "elsewhere", "elsewhere"),
        ("--seed", "x", "--seed"),
        ("--out", "data", "--out"),
        ("--export", "data/t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte"),
    ] {
        let free = option != "--out" && option != "--export";
        let outputs = ["--out", "tuned.tinyconv", "--export", "samples"];
        let more = [&[option, value][..], if free { &outputs[..] } else { &[] }].concat();
        tool.refuses(&session("trained/digits.tinyconv", &more), &[words]);
    }
    let linear = session("trained/linear.tinyconv", &[]);
    tool.refuses(
        &linear,
        &["linear cannot train the last layer apart from the rest: use --trains all"],
    );
    tool.succeeds(&session("trained/linear.tinyconv", &["--trains", "all"]));
    tool.refuses(&session("missing.tinyconv", &[]), &["missing.tinyconv"]);
    tool.refuses(&["finetune", "--data", "data"], &["test images of class"]);
}
