//! Comparing model files: what differs is told, and nothing else.

use std::fs;

use tinyconv::model_file::ModelFile;

use crate::tool::Tool;

#[test]
fn a_file_and_itself_are_the_same() {
    let tool = Tool::new();
    tool.trained("linear");
    let itself = ["diff", "trained/linear.tinyconv", "trained/linear.tinyconv", "--exit-code"];
    let text = tool.succeeds(&itself).stdout;
    assert!(text.contains("the files are identical, byte for byte"), "{text}");
    let report = tool.succeeds(&[&itself[..], &["--json"]].concat()).json();
    assert_eq!(report["identical"], true);
    assert_eq!(report["layers"][0]["change"]["changed"], 0);
    assert_eq!(
        report["layers"][0]["change"]["cosine"].as_f64().map(|x| (x - 1.0).abs() < 1e-12),
        Some(true)
    );
}

#[test]
fn what_was_changed_is_told_by_layer() {
    let tool = Tool::new();
    let bytes = fs::read(tool.trained("digits")).unwrap();
    let file = ModelFile::parse(&bytes).unwrap();
    // One bias of the last layer, by a half; another label.
    let mut parameters = file.parameters.to_vec();
    let last = file.parameters().last().unwrap();
    let at = parameters.len() - 4;
    parameters[at..].copy_from_slice(&(last + 0.5).to_le_bytes());
    let moved = f64::from(last + 0.5) - f64::from(last);
    let mut labels = file.labels.clone();
    labels[0] = "zero";
    let changed = ModelFile { parameters: &parameters, labels, ..file.clone() };
    fs::write(tool.path("b.tinyconv"), host_tools::files::encode_file(&changed).unwrap()).unwrap();

    let diff = ["diff", "trained/digits.tinyconv", "b.tinyconv"];
    let report = tool.succeeds(&[&diff[..], &["--json"]].concat()).json();
    assert_eq!((&report["identical"], &report["same_network"]), (&false.into(), &true.into()));
    assert_eq!(report["b"]["labels"][0], "zero");
    assert_eq!(report["a"]["training"], report["b"]["training"]);
    let layers = report["layers"].as_array().unwrap();
    let changes: Vec<_> = layers.iter().filter(|layer| layer["change"].is_object()).collect();
    let names: Vec<_> = changes.iter().map(|layer| layer["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["conv1", "conv2", "classify"]);
    let of = |index: usize, what: &str| changes[index]["change"][what].as_f64().unwrap();
    assert_eq!([of(0, "changed"), of(1, "changed"), of(2, "changed")], [0.0, 0.0, 1.0]);
    assert_eq!((of(0, "largest"), of(2, "largest")), (0.0, moved));
    assert!((of(2, "mean") - moved / 2570.0).abs() < 1e-12);
    assert!(of(2, "relative") > 0.0 && of(2, "cosine") < 1.0);

    let text = tool.succeeds(&diff).stdout;
    assert!(text.contains("same network") && text.contains("zero, 1, 2"), "{text}");
    let status = tool.command(&[&diff[..], &["--exit-code"]].concat()).output().unwrap().status;
    assert_eq!(status.code(), Some(1));
}

#[test]
fn layers_of_one_file_only_are_listed() {
    let tool = Tool::new();
    tool.trained("lenet");
    tool.succeeds(&["export", "trained/lenet.tinyconv", "--format", "model"]);
    let diff = ["diff", "trained/lenet.tinyconv", "trained/lenet.deployed.tinyconv"];
    let report = tool.succeeds(&[&diff[..], &["--json"]].concat()).json();
    assert_eq!(report["same_network"], false);
    let only = |file: &str| -> Vec<String> {
        let layers = report["layers"].as_array().unwrap().iter();
        layers
            .filter(|layer| layer["within"] == file)
            .map(|layer| layer["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(only("a"), ["BatchNorm", "BatchNorm", "BatchNorm", "Dropout { keep: 0.9 }"]);
    assert!(only("b").is_empty());
    let text = tool.succeeds(&diff).stdout;
    assert!(text.contains("different networks") && text.contains("lenet-deployed"), "{text}");
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    let tool = Tool::new();
    tool.trained("linear");
    fs::write(tool.path("bad.tinyconv"), b"TINYCONV and more").unwrap();
    for pair in [
        ["trained/linear.tinyconv", "bad.tinyconv"],
        ["bad.tinyconv", "trained/linear.tinyconv"],
        ["trained/linear.tinyconv", "missing.tinyconv"],
    ] {
        let name = if pair.contains(&"bad.tinyconv") { "bad.tinyconv" } else { "missing.tinyconv" };
        tool.refuses(&[&["diff", "--exit-code"], &pair[..]].concat(), &[name]);
    }
}

#[test]
fn the_data_is_shown_where_it_differs() {
    let tool = Tool::new();
    let bytes = fs::read(tool.trained("linear")).unwrap();
    let file = ModelFile::parse(&bytes).unwrap();
    assert!(!file.data.is_empty());
    for (name, data) in [("roses.tinyconv", "70 roses"), ("none.tinyconv", "")] {
        let changed = host_tools::files::encode_file(&file.clone().with_data(data).unwrap());
        fs::write(tool.path(name), changed.unwrap()).unwrap();
    }
    let diff = |b| ["diff", "trained/linear.tinyconv", b];
    let same = tool.succeeds(&diff("trained/linear.tinyconv")).stdout;
    assert!(!same.contains("\ndata "), "{same}");
    let line = |b| {
        let text = tool.succeeds(&diff(b)).stdout;
        let found = text.lines().find(|line| line.starts_with("data ")).map(str::to_owned);
        found.unwrap_or_else(|| panic!("{text}"))
    };
    let roses = line("roses.tinyconv");
    let described = file.data.to_owned();
    assert!(roses.contains(&described) && roses.contains("70 roses"), "{roses}");
    assert!(line("none.tinyconv").contains("not told"));
    let report = tool.succeeds(&[&diff("roses.tinyconv")[..], &["--json"]].concat()).json();
    assert_eq!(
        (&report["a"]["data"], &report["b"]["data"]),
        (&file.data.into(), &"70 roses".into())
    );
}
