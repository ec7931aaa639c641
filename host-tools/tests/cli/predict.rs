//! What a model says of pictures of one's own.

use std::fs;

use host_tools::data::{Dataset, bundled_mnist_dir};
use image::GrayImage;
use serde_json::{Value, json};

use crate::tool::Tool;

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv");

/// The first images of the test set, of which the model recognises all.
fn pictures(tool: &Tool) {
    let test = Dataset::open_test(&bundled_mnist_dir(), 10).unwrap();
    let images = test.images().unwrap();
    fs::create_dir_all(tool.path("pictures/more")).unwrap();
    for (index, name) in ["a.png", "b.png", "c.png", "more/d.png", "more/e.png"].iter().enumerate()
    {
        let pixels = images.image(index).to_vec();
        let picture = GrayImage::from_raw(28, 28, pixels).unwrap();
        picture.save(tool.path("pictures").join(name)).unwrap();
    }
}

fn classes(printed: &Value) -> Vec<&Value> {
    printed["predictions"].as_array().unwrap().iter().map(|one| &one["class"]).collect()
}

#[test]
fn files_and_directories_are_classified() {
    let tool = Tool::new();
    pictures(&tool);
    let printed = tool.succeeds(&["predict", MODEL, "pictures", "pictures/a.png", "--json"]).json();
    assert_eq!(classes(&printed), ["7", "2", "1", "0", "4", "7"]);
    assert_eq!(printed["predictions"][3]["file"], "pictures/more/d.png");
    assert_eq!(printed["predictions"][0]["outputs"].as_array().unwrap().len(), 10);
    let probability = printed["predictions"][0]["probability"].as_f64().unwrap();
    assert!((0.9..=1.0).contains(&probability), "{probability}");

    let table = tool.succeeds(&["predict", MODEL, "pictures/b.png"]).stdout;
    let words: Vec<&str> = table.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(words[..2], ["pictures/b.png", "2"]);

    // Nothing is that likely.
    let printed =
        tool.succeeds(&["predict", MODEL, "pictures", "--threshold", "1", "--json"]).json();
    assert!(classes(&printed).contains(&&json!(null)), "{printed}");
}

#[test]
fn what_is_no_picture_is_refused() {
    let tool = Tool::new();
    fs::create_dir_all(tool.path("empty")).unwrap();
    fs::write(tool.path("notes.txt"), "seven").unwrap();
    tool.refuses(&["predict", MODEL, "empty"], &["have no .png or .jpg files"]);
    tool.refuses(&["predict", MODEL, "notes.txt"], &["notes.txt is not a PNG or JPEG picture"]);
    tool.refuses(&["predict", MODEL, "missing.png"], &["cannot read the picture missing.png"]);
    tool.refuses(&["predict", MODEL, "a.png", "--threshold", "80"], &["a share from 0 to 1"]);
    tool.refuses(&["predict", MODEL], &["FILE"]);
}
