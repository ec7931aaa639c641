//! Fine-tuning: the same lines and bytes every time, frozen layers that stay, options that are refused.

use std::fs;

use image::{GrayImage, Luma};
use tinyconv::model_file::ModelFile;
use tinyconv::tuning::checksum;

use crate::data::{SIZE, images, labels};
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

/// `each` pictures of 28 x 28 for each of `classes` in `directory`, a bright square in place `c` of class `c`, whose
/// corner is `shift` further down.
fn write(tool: &Tool, directory: &str, classes: &[&str], each: u32, shift: u32) {
    for (class, name) in classes.iter().enumerate() {
        let folder = tool.path(directory).join(name);
        fs::create_dir_all(&folder).unwrap();
        let (top, left) = (2 + shift + class as u32 / 5 * 12, 1 + class as u32 % 5 * 5);
        for index in 0..each {
            let picture = GrayImage::from_fn(28, 28, |x, y| {
                let inside = (top..top + 8).contains(&y) && (left..left + 5).contains(&x);
                Luma([((index * 31 + x * 17 + y * 7) % 40) as u8 + if inside { 200 } else { 0 }])
            });
            picture.save(folder.join(format!("{index}.png"))).unwrap();
        }
    }
}

/// A session with samples of one's own.
const GIVEN: [&str; 6] =
    ["finetune", "trained/digits.tinyconv", "--shown", "new/train", "--held", "new/test"];

fn given<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&GIVEN[..], more].concat()
}

#[test]
fn samples_of_ones_own_go_by_name_and_forgetting_is_measured_where_old_ones_are() {
    let tool = Tool::new();
    write(&tool, "pictures", &["ant", "bee", "cat", "dog"], 20, 0);
    tool.succeeds(&["train", "--data", "pictures", "--epochs", "4", "--augment", "none"]);
    // No ant, and in another order than the model has them.
    write(&tool, "new/train", &["dog"], 3, 4);
    write(&tool, "new/train", &["cat"], 1, 4);
    write(&tool, "new/test", &["bee", "cat", "dog"], 8, 4);

    // The bundled digits are none of its old samples.
    let alone = tool.succeeds(&given(&[])).stdout;
    assert!(alone.contains("forgetting was not measured: give"), "{alone}");
    assert!(alone.contains("of 18, upright 0 of 0, check "), "{alone}");
    let report = tool.succeeds(&given(&["--json"])).json();
    let sizes = |report: &serde_json::Value| SETS.map(|set| report[set].as_u64().unwrap());
    assert_eq!(sizes(&report), [4, 0, 6, 18, 0]);
    assert!(report["after"]["upright_accuracy"].is_null() && report["angle"].is_null());

    // With them: 4 classes, of which a fifth or so was kept for testing.
    let with_old =
        ["--data", "pictures", "--replay", "2", "--trains", "all", "--export", "samples"];
    let text = tool.succeeds(&given(&with_old)).stdout;
    assert!(!text.contains("forgetting"), "{text}");
    let report = tool.succeeds(&given(&[&with_old[..], &["--json"]].concat())).json();
    let [4, 2, check, 18, upright] = sizes(&report) else { panic!("{report}") };
    assert!(check > 6 && upright > 0, "{report}");
    assert!(report["after"]["upright_accuracy"].is_number());
    let shown = fs::read(tool.path("samples/shown.bin")).unwrap();
    let labels: Vec<u8> = shown.chunks_exact(2 + 784).map(|record| record[0]).collect();
    assert_eq!(labels, [2, 3, 3, 3], "cat, dog, dog, dog");

    // The drawn hand is of digits.
    let drawn = ["finetune", "trained/digits.tinyconv", "--data", "pictures"];
    tool.refuses(&drawn, &["tells apart ant, bee, cat, dog", "--shown DIR --held DIR"]);

    write(&tool, "new/train", &["yak"], 1, 4);
    tool.refuses(&given(&["--out", "tuned.tinyconv"]), &["pictures of yak", "only ant, bee, cat"]);
}

#[test]
fn the_fine_tuned_model_has_learnt_samples_of_ones_own() {
    let tool = Tool::new();
    tool.succeeds(&["train", "--data", "data", "--epochs", "3", "--augment", "none"]);
    write(&tool, "new/train", &["3", "7"], 6, 5);
    write(&tool, "new/test", &["3", "7"], 8, 5);
    let more = ["--data", "data", "--epochs", "20", "--trains", "all", "--out", "tuned.tinyconv"];
    let report = tool.succeeds(&given(&[&more[..], &["--json"]].concat())).json();
    let correct = |when: &str| report[when]["held_correct"].as_u64().unwrap();
    assert!(correct("after") > correct("before"), "{report}");
    assert_eq!(SETS.map(|set| report[set].as_u64().unwrap()), [12, 20, 8, 12, 12]);
    let report = tool.succeeds(&["inspect", "tuned.tinyconv", "--json"]).json();
    assert_eq!(report["labels"][9], "9");
}

#[test]
fn samples_of_ones_own_that_cannot_be_are_refused() {
    let tool = Tool::new();
    tool.trained("digits");
    write(&tool, "new/train", &["3", "7"], 2, 5);
    write(&tool, "new/test", &["3", "7"], 2, 5);
    let outputs = ["--data", "data", "--out", "tuned.tinyconv", "--export", "samples"];
    let refuses = |more: &[&str], words: &[&str]| {
        tool.refuses(&given(&[&outputs[..], more].concat()), words);
    };
    refuses(&["--check", "3"], &["--check is for a handwriting that is drawn"]);
    refuses(&["--angle", "3"], &["--angle is for a handwriting that is drawn"]);
    refuses(&["--replay", "100"], &["100 of 100 old samples", "use --replay 99"]);
    tool.succeeds(&given(&["--data", "data", "--replay", "99", "--epochs", "1"]));

    let session = |shown: &str, held: &str, words: &[&str]| {
        let sets = ["finetune", "trained/digits.tinyconv", "--shown", shown, "--held", held];
        tool.refuses(&[&sets[..], &outputs].concat(), words);
    };
    session("new/train", "10", &["--shown is a directory, and --held is not", "--held DIR"]);
    session("10", "new/test", &["--held is a directory, and --shown is not"]);
    session("new/none", "new/test", &["`new/none` is no count", "no directory that is there"]);
    session("70000", "new/test", &["`70000` is no count up to 65535"]);
    let one = ["finetune", "trained/digits.tinyconv", "--held", "new/test", "--data", "data"];
    tool.refuses(&one, &["--held is a directory, and --shown is not"]);

    fs::create_dir_all(tool.path("empty/3")).unwrap();
    session("empty", "new/test", &["empty have no .png or .jpg files"]);
    fs::create_dir(tool.path("nothing")).unwrap();
    session("new/train", "nothing", &["nothing has no file", "PNG and JPEG files"]);
    write(&tool, "single", &["3", "7"], 1, 5);
    session("single", "single", &["no class has two samples", "directory of --held"]);

    // Samples that do not become what the network takes: files that are not resized.
    let wide = |split: &str, count| {
        let path = tool.path("wide").join(split);
        fs::write(format!("{}-images-idx3-ubyte", path.display()), images(count, 27, SIZE))
            .unwrap();
        fs::write(format!("{}-labels-idx1-ubyte", path.display()), labels(count)).unwrap();
    };
    fs::create_dir(tool.path("wide")).unwrap();
    wide("train", 10);
    wide("t10k", 10);
    session("new/train", "wide", &["the samples are 1 x 27 x 28", "takes 1 x 28 x 28"]);
}
