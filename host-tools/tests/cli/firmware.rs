//! What the firmware of a project includes, written from any model file.

use std::fs;

use crate::tool::Tool;

#[test]
fn parameters_and_test_images_are_written_for_firmware() {
    let tool = Tool::new();
    let model = tool.trained("digits-tiny");
    let model = model.to_str().unwrap();
    let words = ["--format", "firmware", "--out", "device/trained", "--data", "data"];
    tool.succeeds(&[&["export", model], &words[..]].concat());
    tool.succeeds(&["export", model, "--format", "bin", "--out", "alone.bin"]);

    let file = |name: &str| fs::read(tool.path(name)).unwrap();
    assert_eq!(file("device/trained/parameters.bin"), file("alone.bin"));
    let labels = file("device/trained/labels.bin");
    let labels: Vec<u16> =
        labels.as_chunks().0.iter().map(|&two| u16::from_le_bytes(two)).collect();
    assert!(!labels.is_empty() && labels.is_sorted());
    assert_eq!(file("device/trained/images.bin").len(), labels.len() * 28 * 28);
}

#[test]
fn the_place_and_the_images_must_be_known() {
    let tool = Tool::new();
    let model = tool.trained("digits-tiny");
    let model = model.to_str().unwrap();
    tool.refuses(&["export", model, "--format", "firmware", "--data", "data"], &["--out"]);
    let nowhere = ["export", model, "--format", "firmware", "--out", "device", "--data", "nowhere"];
    tool.refuses(&nowhere, &["nowhere"]);
    let elsewhere = ["export", model, "--format", "rust", "--data", "data"];
    tool.refuses(&elsewhere, &["--format firmware"]);
}
