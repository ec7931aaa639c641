//! Model files that are refused by every command that reads them.

use std::fs;

use flate2::Crc;
use tinyconv::model_file::{ModelFile, Normalisation, Training, VERSION};
use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};

use crate::data::TEST;
use crate::tool::Tool;

/// Neither `eval` nor `inspect` nor `export` takes a file with `bytes`.
#[track_caller]
fn refused(tool: &Tool, bytes: &[u8], words: &[&str]) {
    fs::write(tool.path("bad.tinyconv"), bytes).unwrap();
    let words = [&["bad.tinyconv"], words].concat();
    tool.refuses(&["eval", "bad.tinyconv", "--data", "data"], &words);
    tool.refuses(&["inspect", "bad.tinyconv"], &words);
    tool.refuses(&["diff", "bad.tinyconv", "bad.tinyconv"], &words);
    tool.refuses(&["memory", "--budget", "16K", "bad.tinyconv"], &words);
    for format in ["rust", "bin", "firmware", "safetensors"] {
        tool.refuses(&["export", "bad.tinyconv", "--format", format], &words);
    }
}

/// A whole and undamaged file of a network that the tool does not know.
fn unknown(name: &str, side: usize) -> Vec<u8> {
    let layers = [LayerSpec { name: "escape \u{1b}[2J", kind: LayerKind::Flatten }];
    let file = ModelFile::new(
        name,
        Dims::Map([1, side, side]),
        &layers,
        Normalisation { mean: 0.0, deviation: 255.0 },
        &["a", "b"],
        Training { epochs: 1, batch: 1, seed: 1, learning_rate: 0.1, test_accuracy: 0.5 },
        &[],
    );
    let mut buffer = [0; 512];
    file.unwrap().write(&mut buffer).unwrap().to_vec()
}

#[test]
fn a_file_that_is_missing_or_no_file() {
    let tool = Tool::new();
    for path in ["missing.tinyconv", "data"] {
        tool.refuses(&["eval", path, "--data", "data"], &["cannot read", path]);
        tool.refuses(&["inspect", path], &["cannot read", path]);
        tool.refuses(&["export", path, "--format", "bin"], &["cannot read", path]);
    }
}

#[test]
fn a_file_that_is_cut_short_or_changed() {
    let tool = Tool::new();
    let bytes = fs::read(tool.trained("linear")).unwrap();
    for length in [1, 8, 9, 10, 13, 40, bytes.len() / 2, bytes.len() - 1] {
        refused(&tool, &bytes[..length], &["truncated or damaged"]);
    }
    for byte in [8, 10, 40, bytes.len() / 2, bytes.len() - 1] {
        let mut flipped = bytes.clone();
        flipped[byte] ^= 0x10;
        refused(&tool, &flipped, &["truncated or damaged"]);
    }
    refused(&tool, &[&bytes[..], &[0]].concat(), &["truncated or damaged"]);
    refused(&tool, &[], &["not a tinyconv model file"]);
    refused(&tool, b"something else entirely", &["not a tinyconv model file"]);
}

/// Makes the checksum right again.
fn seal(bytes: &mut [u8]) {
    let end = bytes.len() - 4;
    let mut sum = Crc::new();
    sum.update(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum.sum().to_le_bytes());
}

#[test]
fn a_file_with_numbers_that_are_none() {
    let tool = Tool::new();
    let whole = fs::read(tool.trained("linear")).unwrap();
    let end = whole.len() - 4;
    for value in [f32::NAN, f32::INFINITY] {
        let mut bytes = whole.clone();
        bytes[end - 4..end].copy_from_slice(&value.to_le_bytes());
        seal(&mut bytes);
        refused(&tool, &bytes, &["parameter 7849", "not a finite number", "train again"]);
    }
    // Mean 0, deviation 255.
    let normalisation = [0.0f32, 255.0].map(f32::to_le_bytes).concat();
    let at = whole.windows(8).position(|bytes| bytes == normalisation).unwrap();
    for deviation in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let mut bytes = whole.clone();
        bytes[at + 4..at + 8].copy_from_slice(&deviation.to_le_bytes());
        seal(&mut bytes);
        refused(&tool, &bytes, &["the deviation of channel 0 is out of range"]);
    }
}

#[test]
fn a_file_of_a_newer_version() {
    let tool = Tool::new();
    let mut bytes = fs::read(tool.trained("linear")).unwrap();
    bytes[8] += 1;
    seal(&mut bytes);
    refused(&tool, &bytes, &[&format!("version {}", VERSION + 1), "newer tinyconv"]);
}

#[test]
fn a_file_of_another_network() {
    let tool = Tool::new();
    fs::write(tool.path("other.tinyconv"), unknown("other\u{1b}[2J", 28)).unwrap();
    let finetune = ["finetune", "other.tinyconv", "--data", "data"];
    tool.refuses(&finetune, &["other", "no parameters to train"]);
    // Too many outputs to be classes.
    fs::write(tool.path("large.tinyconv"), unknown("large", 300)).unwrap();
    let eval = ["eval", "large.tinyconv", "--data", "data"];
    tool.refuses(&eval, &["90000 outputs", "at most 4096"]);
}

#[test]
fn a_file_of_another_network_is_evaluated() {
    let tool = Tool::new();
    let dense = LayerKind::Dense(DenseOptions { out: 10 });
    let layers = [LayerKind::GlobalAvgPool2d, dense].map(|kind| LayerSpec { name: "", kind });
    // Weights of zero, and the largest bias is that of class 3.
    let mut parameters = [0.0f32; 20];
    parameters[13] = 1.0;
    let parameters = parameters.map(f32::to_le_bytes);
    let file = ModelFile::new(
        "constant",
        Dims::Map([1, 28, 28]),
        &layers,
        Normalisation { mean: 0.0, deviation: 255.0 },
        &[],
        Training { epochs: 1, batch: 1, seed: 1, learning_rate: 0.1, test_accuracy: 0.5 },
        parameters.as_flattened(),
    );
    let mut buffer = [0; 512];
    let bytes = file.unwrap().write(&mut buffer).unwrap().to_vec();
    fs::write(tool.path("constant.tinyconv"), bytes).unwrap();
    let eval = ["eval", "constant.tinyconv", "--data", "data", "--json"];
    let report = tool.succeeds(&eval).json();
    assert_eq!((&report["model"], &report["samples"]), (&"constant".into(), &TEST.into()));
    for row in report["confusion"].as_array().unwrap() {
        let row: Vec<u64> = row.as_array().unwrap().iter().map(|it| it.as_u64().unwrap()).collect();
        assert!(row[3] > 0 && row.iter().sum::<u64>() == row[3], "{row:?}");
    }
}

#[test]
fn a_file_of_another_network_can_be_inspected_and_exported() {
    let tool = Tool::new();
    fs::write(tool.path("other.tinyconv"), unknown("line\nbreak", 28)).unwrap();
    let text = tool.succeeds(&["inspect", "other.tinyconv"]).stdout;
    assert!(text.contains("Flatten") && text.contains("line\\nbreak") && !text.contains('\u{1b}'));
    let report = tool.succeeds(&["inspect", "other.tinyconv", "--json"]).json();
    assert_eq!(report["name"], "line\nbreak");
    // Computed from the layers: a copy of the input, with nothing to train.
    assert_eq!(report["memory"]["inference"]["total"], 4 * 784);
    assert_eq!(report["memory"]["training"].as_array().unwrap().len(), 0);
    assert!(text.contains("no parameters to train"), "{text}");
    let fits = tool.succeeds(&["memory", "--budget", "8K", "other.tinyconv"]).stdout;
    assert!(fits.contains("line\\nbreak") && fits.contains("inference"), "{fits}");
    tool.succeeds(&["export", "other.tinyconv", "--format", "rust"]);
    let source = fs::read_to_string(tool.path("other.rs")).unwrap();
    assert!(source.contains("`line\\nbreak`") && source.contains("[f32; 0]"));
}
