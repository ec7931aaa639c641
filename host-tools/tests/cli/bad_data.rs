//! Data sets that are refused: by name, and before anything is written.

use std::fs;

use crate::data::{SIZE, TEST, TRAIN, idx, images, labels};
use crate::tool::Tool;

/// With the file `name` of the data set changed, neither `train` nor `eval` goes on.
#[track_caller]
fn refused(name: &str, bytes: Option<&[u8]>, words: &[&str]) {
    let tool = Tool::new();
    tool.trained("digits");
    // Plain files are found before compressed ones.
    let (plain, compressed) = (tool.path("data").join(name), format!("{name}.gz"));
    match bytes {
        Some(bytes) => fs::write(plain, bytes).unwrap(),
        None => {
            let _ = fs::remove_file(plain);
            let _ = fs::remove_file(tool.path("data").join(compressed));
        }
    }
    let words = [&[name], words].concat();
    tool.refuses(&["train", "--data", "data"], &words);
    tool.refuses(&["train", "--data", "data", "--out", "new/place"], &words);
    if name.starts_with("t10k") {
        tool.refuses(&["eval", "trained/digits.tinyconv", "--data", "data"], &words);
    }
}

#[test]
fn a_directory_that_is_missing() {
    let tool = Tool::new();
    tool.trained("digits");
    tool.refuses(&["train", "--data", "elsewhere"], &["elsewhere"]);
    tool.refuses(&["eval", "trained/digits.tinyconv", "--data", "elsewhere"], &["elsewhere"]);
}

#[test]
fn a_file_that_is_missing() {
    refused("train-labels-idx1-ubyte", None, &["no file"]);
    refused("t10k-images-idx3-ubyte", None, &["no file"]);
}

#[test]
fn a_file_that_is_cut_short() {
    let whole = images(TEST, SIZE, SIZE);
    refused("t10k-images-idx3-ubyte", Some(&whole[..whole.len() - 1]), &["truncated"]);
    refused("t10k-images-idx3-ubyte", Some(&whole[..7]), &["truncated"]);
    refused("train-labels-idx1-ubyte", Some(&[]), &["truncated"]);
}

#[test]
fn a_file_of_another_format() {
    refused("t10k-images-idx3-ubyte", Some(&labels(TEST)), &["0x00000801", "0x00000803"]);
    refused("train-labels-idx1-ubyte", Some(b"GIF89a..."), &["0x00000801"]);
}

#[test]
fn a_label_that_is_no_class() {
    let mut bytes = labels(TRAIN);
    *bytes.last_mut().unwrap() = 10;
    refused("train-labels-idx1-ubyte", Some(&bytes), &["is 10", "below 10"]);
}

#[test]
fn images_and_labels_that_differ_in_number() {
    refused("train-labels-idx1-ubyte", Some(&labels(TRAIN - 1)), &["320 images", "319 labels"]);
    refused("t10k-labels-idx1-ubyte", Some(&labels(TEST + 1)), &["100 images", "101 labels"]);
}

#[test]
fn images_of_another_size() {
    let tool = Tool::new();
    tool.trained("digits");
    for (split, count) in [("train", TRAIN), ("t10k", TEST)] {
        let path = tool.path("data").join(format!("{split}-images-idx3-ubyte"));
        fs::write(path, images(count, 27, SIZE)).unwrap();
    }
    let words = ["27 x 28", "1 x 28 x 28"];
    tool.refuses(&["train", "--data", "data"], &words);
    tool.refuses(&["eval", "trained/digits.tinyconv", "--data", "data"], &words);
}

#[test]
fn a_header_that_promises_too_much() {
    let huge = idx(0x0803, &[u32::MAX, u32::MAX, u32::MAX], &[]);
    refused("t10k-images-idx3-ubyte", Some(&huge), &["more than the limit"]);
}
