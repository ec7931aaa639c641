//! Data sets that are refused: by name, and before anything is written.

use std::fs;
use std::path::Path;

use flate2::Crc;
use image::{GrayImage, Luma};

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

#[test]
fn labels_that_begin_with_a_byte_order_mark() {
    let bytes = [b"\xef\xbb\xbf", &labels(TRAIN)[..]].concat();
    refused("train-labels-idx1-ubyte", Some(&bytes), &["starts with 0xefbbbf00", "0x00000801"]);
}

/// Six pictures in each of the folders of `directory`.
fn pictures<P: AsRef<Path>>(tool: &Tool, directory: &str, folders: impl IntoIterator<Item = P>) {
    for (grey, folder) in (10..).zip(folders) {
        let folder = tool.path(directory).join(folder);
        fs::create_dir_all(&folder).unwrap();
        for index in 0..6 {
            let picture = GrayImage::from_pixel(28, 28, Luma([grey + index]));
            picture.save(folder.join(format!("{index}.png"))).unwrap();
        }
    }
}

#[track_caller]
fn does_not_train(tool: &Tool, directory: &str, words: &[&str]) {
    tool.refuses(&["train", "--data", directory], words);
    tool.refuses(&["train", "--data", directory, "--out", "new/place"], words);
}

#[test]
fn folders_with_one_class_only() {
    let tool = Tool::new();
    pictures(&tool, "one", ["cat"]);
    does_not_train(&tool, "one", &["only one class, in one/cat", "at least two classes"]);
    pictures(&tool, "wrapped", ["all/cat"]);
    does_not_train(&tool, "wrapped", &["only one class, in wrapped/all/cat"]);
}

#[test]
fn a_picture_without_pixels() {
    let tool = Tool::new();
    pictures(&tool, "pets", ["cat", "dog"]);
    let path = tool.path("pets/cat/none.png");
    let mut bytes = fs::read(tool.path("pets/cat/0.png")).unwrap();
    // The width, after the signature and the chunk's length and name; then the chunk's sum.
    bytes[16..20].fill(0);
    let mut sum = Crc::new();
    sum.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    fs::write(&path, bytes).unwrap();
    let words = ["cat/none.png is not a PNG or JPEG picture", "give another file", "dimensions"];
    does_not_train(&tool, "pets", &words);
}

#[test]
fn a_class_that_is_to_be_tested_only() {
    for test in ["test", "val", "validation"] {
        let tool = Tool::new();
        pictures(&tool, "pets", ["train/cat", "train/dog"]);
        let folders = ["cat", "dog", "emu"].map(|class| format!("{test}/{class}"));
        pictures(&tool, "pets", folders);
        does_not_train(&tool, "pets", &["only in test/: emu", "give both the same folders"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn two_folders_that_would_be_one_class() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let tool = Tool::new();
    let names = [&b"a\xff"[..], b"a\xfe", b"dog"].map(OsStr::from_bytes);
    pictures(&tool, "pets", names);
    does_not_train(&tool, "pets", &["both be the class", r"a\xFF", r"a\xFE", "rename them"]);
    // Names that are told apart are classes of their own.
    pictures(&tool, "others", ["cat", "Cat", "cat "]);
    let train = ["train", "--data", "others", "--epochs", "1", "--augment", "none"];
    tool.succeeds(&train);
}

#[test]
fn a_table_may_begin_with_a_byte_order_mark() {
    let tool = Tool::new();
    pictures(&tool, "grey", [""]);
    for heading in ["", "file,a,b,c,d,e,f,g,h,i,j\n"] {
        let lines = (0..6).map(|index| format!("{index}.png{}\n", ",0.5".repeat(10)));
        let table = format!("\u{feff}{heading}{}", lines.collect::<String>());
        fs::write(tool.path("grey/targets.csv"), table).unwrap();
        let train = ["train", "--model", "linear", "--data", "grey", "--epochs", "1"];
        tool.succeeds(
            &[&train[..], &["--out", if heading.is_empty() { "a" } else { "b" }]].concat(),
        );
    }
}
