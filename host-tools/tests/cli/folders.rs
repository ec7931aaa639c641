//! Pictures in class folders, from the command line.

use std::fs;

use image::{GrayImage, Luma};

use crate::tool::Tool;

/// Twenty pictures of 14 x 14 for each of ten classes, which the network takes as 28 x 28: class `c` is a bright square in
/// place `c`.
fn write(tool: &Tool, names: &[&str]) {
    for (class, name) in names.iter().enumerate() {
        let folder = tool.path("pictures").join(name);
        fs::create_dir_all(&folder).unwrap();
        let (top, left) = (1 + class as u32 / 5 * 6, class as u32 % 5 * 3);
        for index in 0..20u32 {
            let picture = GrayImage::from_fn(14, 14, |x, y| {
                let inside = (top..top + 4).contains(&y) && (left..left + 2).contains(&x);
                Luma([((index * 31 + x * 17 + y * 7) % 40) as u8 + if inside { 200 } else { 0 }])
            });
            picture.save(folder.join(format!("{index}.png"))).unwrap();
        }
    }
}

const NAMES: [&str; 10] = ["ant", "bee", "cat", "dog", "emu", "fox", "gnu", "hen", "ibis", "jay"];

#[test]
fn folders_train_and_evaluate_and_name_the_classes() {
    let tool = Tool::new();
    write(&tool, &NAMES);
    let train = ["train", "--data", "pictures", "--epochs", "4", "--augment", "none", "--json"];
    let trained = tool.succeeds(&train);
    assert!(trained.stderr.contains("200 of 200 pictures were resized to 28 x 28"));
    let accuracy = trained.json()["test_accuracy"].as_f64().unwrap();
    let model = "trained/digits.tinyconv";
    let evaluated = tool.succeeds(&["eval", model, "--data", "pictures", "--json"]);
    // The same pictures are kept for testing.
    assert_eq!(evaluated.json()["test_accuracy"].as_f64().unwrap(), accuracy);
    assert!(accuracy > 0.5, "{accuracy}");
    assert!(trained.stderr.contains("eval trained/digits.tinyconv --data pictures"));
    let table = tool.succeeds(&["eval", model, "--data", "pictures"]);
    assert!(NAMES.iter().all(|name| table.stdout.contains(name)), "{}", table.stdout);

    // Without its data, it is not judged by the digits that come with the tool.
    tool.refuses(&["eval", model], &["the model was trained with \"pictures\"", "--data"]);

    // Classes go by name: some of them only, then one that the model has never heard of.
    let shares = evaluated.json()["class_accuracy"].clone();
    for name in ["ant", "bee", "fox"] {
        fs::remove_dir_all(tool.path("pictures").join(name)).unwrap();
    }
    let some = tool.succeeds(&["eval", model, "--data", "pictures", "--json"]).json();
    for (class, name) in NAMES.iter().enumerate() {
        let is_gone = ["ant", "bee", "fox"].contains(name);
        let share = if is_gone { &serde_json::Value::Null } else { &shares[class] };
        assert_eq!(&some["class_accuracy"][class], share, "{name}");
    }
    fs::rename(tool.path("pictures/cat"), tool.path("pictures/yak")).unwrap();
    let refused =
        ["the data have pictures of yak, but the model knows only ant, bee, cat, dog, emu, ..."];
    tool.refuses(&["eval", model, "--data", "pictures"], &refused);
}

#[test]
fn folders_that_a_network_knows_keep_their_numbers_and_others_give_their_names() {
    let tool = Tool::new();
    let labels = |names: &[&str]| -> Vec<String> {
        write(&tool, names);
        tool.succeeds(&["train", "--data", "pictures", "--epochs", "1", "--augment", "none"]);
        fs::remove_dir_all(tool.path("pictures")).unwrap();
        let bytes = fs::read(tool.path("trained/digits.tinyconv")).unwrap();
        let file = tinyconv::model_file::ModelFile::parse(&bytes).unwrap();
        file.labels.iter().map(ToString::to_string).collect()
    };
    assert_eq!(labels(&["9", "3", "7"]), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    let named = labels(&["emu", "cat", "dog"]);
    assert_eq!(named[..4], ["cat", "dog", "emu", "(unused 3)"]);
}

#[test]
fn a_damaged_picture_and_folders_without_classes_are_refused() {
    let tool = Tool::new();
    write(&tool, &NAMES[..3]);
    fs::write(tool.path("pictures/bee/new.png"), "no picture").unwrap();
    let train = ["train", "--data", "pictures", "--epochs", "1"];
    tool.refuses(&train, &["bee/new.png is not a PNG or JPEG picture", "give another file"]);
    fs::remove_dir_all(tool.path("pictures/bee")).unwrap();
    fs::remove_dir_all(tool.path("pictures/cat")).unwrap();
    tool.refuses(&train, &["only one class", "a folder for each of at least two classes"]);
}
