//! Training that starts from a model file.

use std::fs;

use tinyconv::model_file::{ModelFile, Normalisation};

use crate::tool::Tool;

fn parameters(tool: &Tool, name: &str) -> Vec<u32> {
    let bytes = fs::read(tool.path(name)).unwrap();
    ModelFile::parse(&bytes).unwrap().parameters().map(f32::to_bits).collect()
}

#[test]
fn frozen_layers_keep_their_bits_and_the_others_learn() {
    let tool = Tool::new();
    tool.trained("digits-tiny");
    let from = ["--from", "trained/digits-tiny.tinyconv"];
    let train = ["train", "--model", "digits-tiny", "--data", "data", "--epochs", "2"];
    let before = parameters(&tool, "trained/digits-tiny.tinyconv");
    // conv1 has 4 * 26 parameters, conv2 8 * 37, classify the rest.
    for (freeze, frozen) in [("0", 0), ("1", 104), ("2", 400)] {
        // Weight decay and momentum would pull at whatever they reach.
        let more = ["--optimizer", "sgd:weight-decay=0.01", "--freeze", freeze, "--out", "tuned"];
        let printed = tool.succeeds(&[&train[..], &from, &more].concat());
        let line = "starting from trained/digits-tiny.tinyconv: all parameters";
        assert!(printed.stdout.contains(line), "{}", printed.stdout);
        assert!(printed.stdout.contains("inputs as there, (raw - 0.0) / 255.0"));
        let after = parameters(&tool, "tuned/digits-tiny.tinyconv");
        assert_eq!(after[..frozen], before[..frozen]);
        for layer in [0..104, 104..400, 400..1130] {
            let same = after[layer.clone()] == before[layer.clone()];
            assert_eq!(same, layer.end <= frozen, "--freeze {freeze}, {layer:?}");
        }
    }
    let freeze = |layers| [&train[..], &from, &["--freeze", layers]].concat();
    tool.refuses(&freeze("3"), &["--freeze 3 leaves no layer to train: use --freeze 2 at most"]);
    tool.refuses(&[&train[..], &["--freeze", "1"]].concat(), &["--from <MODEL_FILE>"]);
}

#[test]
fn a_start_is_one_and_the_normalisation_is_its_own() {
    let tool = Tool::new();
    // The recipe of lenet has another normalisation than that of digits.
    tool.trained("lenet");
    let bytes = fs::read(tool.path("trained/lenet.tinyconv")).unwrap();
    let mut file = ModelFile::parse(&bytes).unwrap();
    file.normalisation = Normalisation { mean: 0.0, deviation: 128.0 }.into();
    let changed = tinyconv_training::files::encode_file(&file).unwrap();
    fs::write(tool.path("changed.tinyconv"), changed).unwrap();
    let train = ["train", "--model", "lenet", "--data", "data", "--epochs", "1"];
    let from = ["--from", "changed.tinyconv", "--learning-rate", "1e-30", "--out", "tuned"];
    let printed = tool.succeeds(&[&train[..], &from].concat());
    assert!(printed.stdout.contains(") / 128.0"), "{}", printed.stdout);
    let tuned = fs::read(tool.path("tuned/lenet.tinyconv")).unwrap();
    assert_eq!(ModelFile::parse(&tuned).unwrap().normalisation, file.normalisation);

    let freeze = ["--from", "trained/lenet.tinyconv", "--freeze", "2"];
    let words = ["layer 2, BatchNorm", "use --freeze 1 at most"];
    tool.refuses(&[&train[..], &freeze].concat(), &words);
}

#[test]
fn a_model_of_another_network() {
    let tool = Tool::new();
    tool.trained("digits-tiny");
    let from = |model| {
        let train = ["train", "--model", model, "--data", "data"];
        [&train[..], &["--from", "trained/digits-tiny.tinyconv"]].concat()
    };
    tool.refuses(
        &from("digits"),
        &[
            "layer 1 of trained/digits-tiny.tinyconv is Conv2d { out: 4, kernel: 5 } from 1 x 28 x 28 to \
             4 x 24 x 24",
            "that of the network is Conv2d { out: 6, kernel: 5 } from 1 x 28 x 28 to 6 x 24 x 24",
        ],
    );
    tool.refuses(
        &from("lenet"),
        &["takes 1 x 28 x 28, but the network takes 1 x 32 x 32", "--model"],
    );
    let missing = ["train", "--data", "data", "--from", "nowhere.tinyconv"];
    tool.refuses(&missing, &["nowhere.tinyconv"]);
}
