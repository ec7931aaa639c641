//! What programs read of `import`, `export` and `new`: one JSON object, which says what was written.

use std::fs;

use serde_json::{Value, json};
use tinyconv::model_file::ModelFile;
use tinyconv::tuning::Last;

use host_tools::networks::DigitsTiny;

use crate::board::{UNIT, descends};
use crate::tool::Tool;

/// The one line of the output.
#[track_caller]
fn object(tool: &Tool, arguments: &[&str]) -> Value {
    let printed = tool.succeeds(&[arguments, &["--json"]].concat());
    assert_eq!(printed.stdout.lines().count(), 1, "{}", printed.stdout);
    printed.json()
}

#[test]
fn export_says_which_files_and_how_many_parameters() {
    let tool = Tool::new();
    let path = tool.trained("lenet");
    let bytes = fs::read(path).unwrap();
    let file = ModelFile::parse(&bytes).unwrap();
    let trained = file.parameters().len();
    tool.succeeds(&["export", "trained/lenet.tinyconv", "--format", "model", "--out", "device"]);
    let bytes = fs::read(tool.path("device")).unwrap();
    let deployed = ModelFile::parse(&bytes).unwrap().parameters().len();
    assert!(deployed < trained);
    for (format, ending, is_deployed) in [
        ("rust", "rs", true),
        ("bin", "bin", true),
        ("safetensors", "safetensors", false),
        ("onnx", "onnx", false),
        ("model", "deployed.tinyconv", true),
    ] {
        let export = ["export", "trained/lenet.tinyconv", "--format", format];
        let written = format!("trained/lenet.{ending}");
        let expected = json!({
            "model": "lenet",
            "format": format,
            "deployed": is_deployed,
            "parameters": if is_deployed { deployed } else { trained },
            "files": [written],
        });
        assert_eq!(object(&tool, &export), expected);
        assert!(tool.path(&written).is_file());
    }
    assert_eq!(fs::read(tool.path("trained/lenet.bin")).unwrap().len(), 4 * deployed);

    tool.trained("digits");
    let firmware = ["export", "trained/digits.tinyconv", "--format", "firmware", "--out", "flash"];
    let report = object(&tool, &[&firmware[..], &["--data", "data"]].concat());
    assert_eq!((&report["format"], &report["parameters"]), (&"firmware".into(), &5142.into()));
    let files = report["files"].as_array().unwrap();
    assert_eq!(files.len(), 4);
    assert!(files.iter().all(|file| tool.path(file.as_str().unwrap()).is_file()), "{files:?}");
}

#[test]
fn eval_and_finetune_say_what_they_wrote() {
    let tool = Tool::new();
    tool.trained("digits");
    let arguments = ["eval", "trained/digits.tinyconv", "--data", "data"];
    let written = ["trained/digits.eval.report.html", "trained/digits.eval.metrics.jsonl"];
    assert_eq!(object(&tool, &arguments)["files"], json!(written));
    let arguments = [&arguments[..], &["--no-report"]].concat();
    assert_eq!(object(&tool, &arguments)["files"], json!([]));

    let arguments = ["finetune", "trained/digits.tinyconv", "--data", "data", "--shown", "3"];
    let few = ["--held", "10", "--check", "3", "--replay", "3", "--epochs", "1"];
    let arguments =
        [&arguments[..], &few, &["--out", "tuned.tinyconv", "--export", "sets"]].concat();
    let report = object(&tool, &arguments);
    let files: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(files[0], "tuned.tinyconv");
    assert!(files.len() > 3 && files.iter().all(|file| tool.path(file).is_file()), "{files:?}");
}

#[test]
fn import_says_where_the_parameters_come_from() {
    let tool = Tool::new();
    let base = fs::read(tool.trained("digits-tiny")).unwrap();
    tool.succeeds(&["export", "trained/digits-tiny.tinyconv", "--format", "safetensors"]);
    let import = ["import", "trained/digits-tiny.safetensors", "--out", "again.tinyconv"];
    let report = object(&tool, &[&import[..], &["--data", "data"]].concat());
    assert_eq!(report["name"], "digits-tiny");
    assert_eq!(report["model_file"], "again.tinyconv");
    assert_eq!(report["parameters"], 1130);
    let bytes = fs::read(tool.path("again.tinyconv")).unwrap();
    let again = ModelFile::parse(&bytes).unwrap();
    let share = report["test_accuracy"].as_f64().map(|share| share as f32);
    assert_eq!(share, Some(again.training.test_accuracy));
    let layers = report["state_dict"]["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 3);
    assert_eq!(layers[0], json!({ "ours": "conv1", "theirs": "conv1" }));
    // The names of the classes are not those of the bundled images, so nothing is measured.
    let letters = [&import[..], &["--labels", "a,b,c,d,e,f,g,h,i,j"]].concat();
    assert_eq!(object(&tool, &letters)["test_accuracy"], Value::Null);

    let (image, learnt) = descends::<DigitsTiny, Last<1>, { 8 * UNIT }>(&base, 2);
    fs::write(tool.path("flash.bin"), image).unwrap();
    let import = ["import", "flash.bin", "--base", "trained/digits-tiny.tinyconv"];
    let report = object(&tool, &[&import[..], &["--data", "data"]].concat());
    assert_eq!(
        (&report["model_file"], &report["parameters"]),
        (&"flash.tinyconv".into(), &1130.into())
    );
    let checkpoint = &report["checkpoint"];
    let factory = ModelFile::parse(&base).unwrap();
    let changed = factory.parameters().zip(&learnt).filter(|(a, b)| a.to_bits() != b.to_bits());
    assert_eq!(checkpoint["changed"], changed.count());
    assert_eq!([&checkpoint["generation"], &checkpoint["steps"]], [2, 2]);
    assert_eq!(checkpoint["trained"], 730);
    assert!(checkpoint["notes"][0].as_str().unwrap().contains("is older"), "{checkpoint}");
}

#[test]
fn new_says_what_the_project_is_made_of() {
    let tool = Tool::new();
    let report = object(&tool, &["new", "my-net", "--board", "microbit-v2"]);
    assert_eq!((&report["project"], &report["name"]), (&"my-net".into(), &"my-net".into()));
    assert_eq!((&report["board"], &report["trained"]), (&"microbit-v2".into(), &false.into()));
    let files = report["files"].as_array().unwrap();
    let there = tool
        .files()
        .into_iter()
        .filter(|(path, content)| path.starts_with(tool.path("my-net")) && content.is_some());
    assert_eq!(files.len(), there.count());
    let is_there = |file: &Value| tool.path("my-net").join(file.as_str().unwrap()).is_file();
    assert!(files.iter().all(is_there), "{files:?}");

    let boards = object(&tool, &["new", "--list"]);
    let text = tool.succeeds(&["new", "--list"]).stdout;
    let lines = boards["boards"].as_array().unwrap().iter().map(|board| {
        let [name, target] = ["name", "target"].map(|field| board[field].as_str().unwrap());
        format!("{name} {target} {}", board["machine"].as_str().unwrap_or("-"))
    });
    assert_eq!(lines.collect::<Vec<_>>(), text.lines().collect::<Vec<_>>());
}
