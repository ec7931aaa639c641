//! Networks in TensorFlow Lite's format, by the commands.

use std::fs;
use std::path::Path;

use tinyconv::model_file::ModelFile;

use crate::tool::Tool;

fn copy(tool: &Tool, name: &str, to: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/tflite").join(name);
    fs::copy(from, tool.path(to)).unwrap();
}

#[test]
fn litert_s_numbers_are_compared_and_the_order_is_said() {
    let tool = Tool::new();
    // By its content, not by its name.
    copy(&tool, "composed.tflite", "net.bin");
    copy(&tool, "composed.safetensors", "net.safetensors");
    let report = tool.succeeds(&["import", "net.bin", "--json"]).json();
    assert_eq!(report["holds"], true);
    assert_eq!(report["parity"]["samples"], 4);
    let text = tool.succeeds(&["import", "net.bin"]).stdout;
    assert!(
        text.contains("reads 9 x 7 x 3 with channels last; this network reads 3 x 9 x 7"),
        "{text}"
    );
    fs::remove_file(tool.path("net.safetensors")).unwrap();
    let text = tool.succeeds(&["import", "net.bin"]).stdout;
    assert!(text.contains("parity: not checked") && text.contains("--check litert"), "{text}");
    tool.refuses(&["import", "net.bin", "--check", "onnxruntime"], &["--check litert"]);
}

#[test]
fn what_is_exported_is_imported_again() {
    let tool = Tool::new();
    copy(&tool, "blocks.tflite", "blocks.tflite");
    tool.succeeds(&["import", "blocks.tflite"]);
    tool.succeeds(&["export", "blocks.tinyconv", "--format", "tflite", "--out", "again.tflite"]);
    tool.succeeds(&["import", "again.tflite"]);
    let [first, again] =
        ["blocks", "again"].map(|name| fs::read(tool.path(&format!("{name}.tinyconv"))).unwrap());
    let [first, again] = [&first, &again].map(|bytes| ModelFile::parse(bytes).unwrap());
    assert_eq!(first.layers, again.layers);
    assert_eq!(first.parameters, again.parameters);
    assert_eq!((first.name, first.labels), (again.name, again.labels));
}

#[test]
fn files_of_keras_are_told_how_they_become_others() {
    let tool = Tool::new();
    fs::write(tool.path("net.h5"), b"\x89HDF\r\n\x1a\n0000").unwrap();
    let zip = [b"PK\x03\x04".as_slice(), &[0; 26], b"metadata.json"].concat();
    fs::write(tool.path("net.keras"), zip).unwrap();
    for name in ["net.h5", "net.keras"] {
        tool.refuses(&["import", name], &["TFLiteConverter", name]);
    }
}
