//! Networks in ONNX: what PyTorch exports is read, compared and run; what is written is read again.

use std::fs;
use std::path::{Path, PathBuf};

use host_tools::interpret::Interpreter;
use safetensors::SafeTensors;
use tinyconv::model_file::ModelFile;
use tinyconv::plan::LayerKind;
use tinyconv::{InputOf, Network, OutputOf, Shape};

use crate::data::TEST;
use crate::tool::Tool;

/// Made by `tests/data/onnx_files.py` and `onnx_digits.py`; the Rust source by `tinyconv import`.
const NAMES: [&str; 4] = ["digits", "residual", "dynamo", "signal"];

include!("../../../tests/data/onnx/residual.rs");

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/onnx").join(name)
}

/// The files in the tool's directory.
fn copy(tool: &Tool, names: &[&str]) {
    for name in names {
        fs::copy(data(name), tool.path(name)).unwrap();
    }
}

fn numbers(file: &Path, name: &str) -> Vec<f32> {
    let bytes = fs::read(file).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let data = tensors.tensor(name).unwrap().data().to_vec();
    data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

#[test]
fn what_pytorch_exports_gives_pytorchs_logits() {
    let tool = Tool::new();
    for name in NAMES {
        let (file, vectors) = (format!("{name}.onnx"), format!("{name}.safetensors"));
        copy(&tool, &[&file, &vectors]);
        let report = tool.succeeds(&["import", &file, "--json"]).json();
        assert_eq!((&report["name"], &report["holds"]), (&name.into(), &true.into()));
        let parity = &report["parity"];
        assert_eq!(parity["reference"], vectors.as_str());
        let samples = parity["samples"].as_u64().unwrap();
        assert_eq!(parity["same_class"].as_u64().unwrap(), samples);
        assert_eq!(samples, if name == "digits" { 8 } else { 4 });
        assert!(parity["relative"].as_f64().unwrap() <= 1e-5, "{parity}");
        assert!(parity["largest"].as_f64().unwrap() > 0.1, "{parity}");
        // The same by hand, without the report.
        let bytes = fs::read(tool.path(&format!("{name}.tinyconv"))).unwrap();
        let model = ModelFile::parse(&bytes).unwrap();
        let network = Interpreter::new(model.input, &model.layers).unwrap();
        let parameters: Vec<f32> = model.parameters().collect();
        let inputs = numbers(&data(&vectors), "input");
        let outputs = numbers(&data(&vectors), "output");
        let ours = inputs.chunks(network.input().len()).flat_map(|it| network.run(&parameters, it));
        let ours: Vec<f32> = ours.collect();
        assert_eq!(ours.len(), outputs.len());
        let largest = outputs.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
        for (ours, theirs) in ours.iter().zip(&outputs) {
            assert!((ours - theirs).abs() <= 1e-5 * largest, "{name}: {ours} is not {theirs}");
        }
    }
}

#[test]
fn the_source_is_a_network_with_the_bits_of_the_interpreter() {
    let tool = Tool::new();
    copy(&tool, &["residual.onnx", "residual.safetensors"]);
    let text = tool.succeeds(&["import", "residual.onnx"]).stdout;
    assert!(text.contains("parity with residual.safetensors (4 samples)"), "{text}");
    assert!(text.contains("within rounding"), "{text}");
    let source = fs::read_to_string(tool.path("residual.rs")).unwrap();
    assert_eq!(source, fs::read_to_string(data("residual.rs")).unwrap());

    let bytes = fs::read(tool.path("residual.tinyconv")).unwrap();
    let model = ModelFile::parse(&bytes).unwrap();
    // Of version 1.
    let stored = fs::read(data("residual.tinyconv")).unwrap();
    assert_eq!(model, ModelFile::parse(&stored).unwrap());
    assert_eq!(model.fingerprint, Residual::FINGERPRINT);
    assert_eq!(model.layers, Residual::LAYERS);
    let mut parameters = [0.0; Residual::PARAMS];
    model.load::<Residual>(&mut parameters).unwrap();
    let network = Interpreter::new(model.input, &model.layers).unwrap();
    for input in numbers(&data("residual.safetensors"), "input").chunks(Residual::INPUT_LEN) {
        let mut scratch = [0.0; Residual::INFER_SCRATCH];
        let mut output = vec![0.0; Residual::OUTPUT_LEN];
        let map = OutputOf::<Residual>::view_mut(&mut output);
        Residual::infer(&parameters, InputOf::<Residual>::view(input), &mut scratch, map);
        let interpreted = network.run(&parameters, input);
        let bits = |values: &[f32]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&output), bits(&interpreted));
    }
}

/// The file subtracts ImageNet's means and divides by its deviations; made by `tests/data/onnx_colours.py`.
#[test]
fn what_a_file_does_with_its_input_becomes_the_normalisation() {
    let tool = Tool::new();
    copy(&tool, &["colours.onnx", "colours.safetensors"]);
    let text = tool.succeeds(&["import", "colours.onnx"]).stdout;
    assert!(text.contains("parity with colours.safetensors (4 samples)"), "{text}");
    assert!(text.contains("within rounding"), "{text}");
    // The padding's zeros are zeros behind the normalisation, as in the file.
    let file = fs::read(tool.path("colours.tinyconv")).unwrap();
    let model = ModelFile::parse(&file).unwrap();
    assert_eq!(model.layers[0].kind.name(), "Conv2d");
    let imagenet = [(123.675, 58.395), (116.28, 57.12), (103.53, 57.375)];
    assert_eq!(model.normalisation.len(), 3);
    for (ours, (mean, deviation)) in model.normalisation.iter().zip(imagenet) {
        assert!((ours.mean - mean).abs() < 1e-4 && (ours.deviation - deviation).abs() < 1e-4);
    }
    // It goes along, and people see it.
    tool.succeeds(&["export", "colours.tinyconv", "--format", "onnx", "--out", "again.onnx"]);
    tool.succeeds(&["import", "again.onnx", "--json"]);
    let again = fs::read(tool.path("again.tinyconv")).unwrap();
    assert_eq!(ModelFile::parse(&again).unwrap().normalisation, model.normalisation);
    let text = model.normalisation.to_string();
    for (command, shown) in [
        (&["inspect", "colours.tinyconv"][..], format!("each value {text}\n")),
        (&["diff", "colours.tinyconv", "again.tinyconv"], text.clone()),
    ] {
        let printed = tool.succeeds(command).stdout;
        assert!(printed.contains(&shown), "no {shown:?} in {printed}");
    }
    tool.succeeds(&["export", "colours.tinyconv", "--format", "rust", "--out", "numbers.rs"]);
    let numbers = fs::read_to_string(tool.path("numbers.rs")).unwrap();
    assert!(numbers.contains(&format!("each value {text}.\n")), "{numbers}");
    // A list of the user's, for a network that prepares nothing itself.
    let lists = ["--mean", "123.675,116.28,103.53", "--deviation", "58.395,57.12,57.375"];
    tool.succeeds(&[&["import", "again.onnx"], &lists[..]].concat());
    let listed = fs::read(tool.path("again.tinyconv")).unwrap();
    let listed = ModelFile::parse(&listed).unwrap().normalisation;
    let listed: Vec<(f32, f32)> = listed.iter().map(|of| (of.mean, of.deviation)).collect();
    assert_eq!(listed, imagenet);
    // Bytes that the file's input takes as they are.
    tool.succeeds(&["import", "colours.onnx", "--mean", "0", "--deviation", "1"]);
    let file = fs::read(tool.path("colours.tinyconv")).unwrap();
    let model = ModelFile::parse(&file).unwrap();
    assert_eq!(
        (model.normalisation.of(2).mean, model.normalisation.of(2).deviation),
        (0.406, 0.225)
    );
}

#[test]
fn an_imported_network_goes_everywhere() {
    let tool = Tool::new();
    copy(&tool, &["digits.onnx", "digits.safetensors"]);
    tool.succeeds(&["import", "digits.onnx", "--name", "my digits", "--out", "made.tinyconv"]);
    // It is the layers that say which network it is.
    let evaluation = tool.succeeds(&["eval", "made.tinyconv", "--data", "data", "--json"]).json();
    assert_eq!((&evaluation["model"], &evaluation["samples"]), (&"my digits".into(), &TEST.into()));
    let source = fs::read_to_string(tool.path("made.rs")).unwrap();
    assert!(source.contains("pub MyDigits: 1 x 28 x 28 {"), "{source}");
    assert!(source.contains("fc: Dense { out: 10 },"), "{source}");

    copy(&tool, &["residual.onnx", "residual.safetensors"]);
    tool.succeeds(&["import", "residual.onnx", "--fold", "--labels", "a,b,c,d,e"]);
    for command in ["inspect", "export"] {
        let format = if command == "export" { &["--format", "rust"][..] } else { &[] };
        tool.succeeds(&[&[command, "residual.tinyconv"], format].concat());
    }
    let bytes = fs::read(tool.path("residual.tinyconv")).unwrap();
    let folded = ModelFile::parse(&bytes).unwrap();
    assert!(folded.layers.iter().all(|layer| layer.kind.is_deployed()));
    assert_eq!(folded.labels, ["a", "b", "c", "d", "e"]);
    let fits = tool.succeeds(&["memory", "--budget", "64K", "residual.tinyconv"]).stdout;
    assert!(fits.contains("residual"), "{fits}");
}

#[test]
fn what_is_exported_is_read_again() {
    let tool = Tool::new();
    for name in ["digits", "linear", "digits-dense", "lenet"] {
        let path = tool.trained(name);
        tool.succeeds(&["export", path.to_str().unwrap(), "--format", "onnx", "--out", "net.onnx"]);
        tool.succeeds(&["import", "net.onnx", "--out", "again.tinyconv", "--json"]);
        let (first, again) =
            (fs::read(path).unwrap(), fs::read(tool.path("again.tinyconv")).unwrap());
        let (first, again) = (ModelFile::parse(&first).unwrap(), ModelFile::parse(&again).unwrap());
        assert_eq!(first.parameters, again.parameters, "{name}");
        assert_eq!(first.fingerprint, again.fingerprint, "{name}");
        let kinds = |file: &ModelFile<'_>| -> Vec<LayerKind> {
            file.layers.iter().map(|layer| layer.kind).collect()
        };
        assert_eq!(kinds(&first), kinds(&again), "{name}");
        assert_eq!((first.name, &first.labels), (again.name, &again.labels));
        assert_eq!(first.normalisation, again.normalisation);
    }
    // Where there is something to fold.
    let onnx = ["export", "trained/lenet.tinyconv", "--format", "onnx", "--deployed"];
    tool.succeeds(&onnx);
    tool.succeeds(&["import", "trained/lenet.onnx", "--out", "folded.tinyconv"]);
    tool.succeeds(&["export", "trained/lenet.tinyconv", "--format", "model", "--out", "deployed"]);
    let (ours, theirs) = (fs::read(tool.path("folded.tinyconv")), fs::read(tool.path("deployed")));
    let (ours, theirs) = (ours.unwrap(), theirs.unwrap());
    let (ours, theirs) = (ModelFile::parse(&ours).unwrap(), ModelFile::parse(&theirs).unwrap());
    assert_eq!((ours.parameters, ours.fingerprint), (theirs.parameters, theirs.fingerprint));
    let wrong = ["export", "trained/lenet.tinyconv", "--format", "rust", "--deployed"];
    tool.refuses(&wrong, &["--deployed only applies to --format onnx"]);
}

#[test]
fn what_is_exported_gives_onnxruntimes_logits() {
    let tool = Tool::new();
    for name in ["residual", "signal"] {
        copy(&tool, &[&format!("{name}.tinyconv"), &format!("{name}.exported.safetensors")]);
        tool.succeeds(&["export", &format!("{name}.tinyconv"), "--format", "onnx"]);
        let exported = format!("{name}.exported.onnx");
        fs::rename(tool.path(&format!("{name}.onnx")), tool.path(&exported)).unwrap();
        let report = tool.succeeds(&["import", &exported, "--json"]).json();
        assert_eq!((&report["holds"], &report["parity"]["samples"]), (&true.into(), &4.into()));
        assert_eq!(report["parity"]["reference"], format!("{name}.exported.safetensors"));
    }
}

#[test]
fn onnxs_own_test_data_is_a_reference() {
    let tool = Tool::new();
    copy(&tool, &["digits.onnx"]);
    // Tensors of FLOAT (field 2, type 1) with raw numbers (field 9).
    let tensor = |dims: &[u8], values: &[f32]| {
        let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let mut bytes: Vec<u8> = dims.iter().flat_map(|&dim| [0x08, dim]).collect();
        bytes.extend([0x10, 0x01, 0x4a]);
        bytes.extend([raw.len() as u8 | 0x80, (raw.len() >> 7) as u8]);
        [bytes, raw].concat()
    };
    let input = numbers(&data("digits.safetensors"), "input");
    let output = numbers(&data("digits.safetensors"), "output");
    for set in 0..2 {
        let directory = tool.path(&format!("test_data_set_{set}"));
        fs::create_dir(&directory).unwrap();
        let (input, output) = (&input[set * 784..][..784], &output[set * 10..][..10]);
        fs::write(directory.join("input_0.pb"), tensor(&[1, 1, 28, 28], input)).unwrap();
        fs::write(directory.join("output_0.pb"), tensor(&[1, 10], output)).unwrap();
    }
    let report = tool.succeeds(&["import", "digits.onnx", "--json"]).json();
    assert_eq!((&report["holds"], &report["parity"]["samples"]), (&true.into(), &2.into()));

    fs::write(tool.path("test_data_set_1/output_0.pb"), tensor(&[1, 9], &output[..9])).unwrap();
    tool.refuses(&["import", "digits.onnx"], &["input_0.pb", "784 input numbers and 9"]);
    fs::write(tool.path("test_data_set_1/output_0.pb"), b"\x07").unwrap();
    tool.refuses(&["import", "digits.onnx"], &["output_0.pb", "not a tensor"]);
}

#[test]
fn another_networks_vectors_are_noticed() {
    let tool = Tool::new();
    copy(&tool, &["digits.onnx", "digits.safetensors"]);
    fs::copy(data("residual.safetensors"), tool.path("digits.safetensors")).unwrap();
    tool.refuses(&["import", "digits.onnx"], &["digits.safetensors", "of 784 and 10"]);
    // The right sizes, other weights.
    let mut bytes = fs::read(data("digits.onnx")).unwrap();
    let weights = bytes.windows(9).rposition(|window| window == b"fc.weight").unwrap();
    // The last one is that of the tensor. After the name come a key, a length of two bytes, and the numbers: 64 change their sign.
    for weight in 0..64 {
        bytes[weights + 9 + 3 + 4 * weight + 3] ^= 0x80;
    }
    fs::write(tool.path("digits.onnx"), bytes).unwrap();
    fs::copy(data("digits.safetensors"), tool.path("digits.safetensors")).unwrap();
    tool.refuses(&["import", "digits.onnx"], &["the outputs differ", "digits.safetensors"]);
}

#[test]
fn where_there_is_nothing_to_compare_with_it_says_so() {
    let tool = Tool::new();
    copy(&tool, &["signal.onnx"]);
    let run = tool.command(&["import", "signal.onnx"]).env("PATH", "").output().unwrap();
    assert!(run.status.success());
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(text.contains("parity: not checked"), "{text}");
    assert!(text.contains("signal.safetensors") && text.contains("--check onnxruntime"), "{text}");
    let json = tool.command(&["import", "signal.onnx", "--json"]).env("PATH", "").output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(report["parity"].is_null() && report["holds"].is_null());
    let check = ["import", "signal.onnx", "--check", "onnxruntime"];
    let missing = [&check[..], &["--python", "no-such-python"]].concat();
    tool.refuses(&missing, &["no-such-python", "onnxruntime"]);
}

#[test]
fn bad_input_is_refused() {
    let tool = Tool::new();
    let bytes = fs::read(data("residual.onnx")).unwrap();
    let import = ["import", "bad.onnx"];
    let refuses = |bytes: &[u8], words: &[&str]| {
        fs::write(tool.path("bad.onnx"), bytes).unwrap();
        tool.refuses(&import, &[&["bad.onnx"], words].concat());
    };
    refuses(&[], &["no graph"]);
    refuses(b"something else entirely", &["damaged, or not an ONNX file"]);
    for length in [1, 30, bytes.len() / 2, bytes.len() - 9] {
        refuses(&bytes[..length], &[]);
    }
    tool.refuses(&["import", "missing.onnx"], &["cannot read", "missing.onnx"]);
    copy(&tool, &["signal.onnx"]);
    tool.refuses(&["import", "signal.onnx", "--model", "digits"], &["leave out --model"]);
    tool.refuses(&["import", "signal.onnx", "--labels", "a,b"], &["2 names", "3 outputs"]);
    tool.refuses(&["import", "signal.onnx", "--deviation", "0"], &["deviation 0"]);
    let two = ["import", "signal.onnx", "--mean", "1,2"];
    tool.refuses(&two, &["--mean has 2 numbers", "channels is 3", "one for each"]);
    tool.refuses(&["import", "signal.onnx", "--out", "signal.onnx"], &["cannot write"]);
    copy(&tool, &["digits.safetensors"]);
    let name = ["import", "digits.safetensors", "--name", "n", "--model", "digits"];
    tool.refuses(&name, &["--name", "only apply to networks in ONNX"]);
    let check = ["import", "digits.safetensors", "--check", "onnxruntime", "--model", "digits"];
    tool.refuses(&check, &["--check", "only apply to networks in ONNX"]);
}
