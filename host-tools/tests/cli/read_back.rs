//! What a board learnt, read back from copies of its flash: whole ones, and all that can be wrong.

use std::fs;

use flate2::Crc;
use host_tools::exchange::read_back;
use host_tools::networks::{DigitsTiny, LeNet, Linear};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use tinyconv::Deployed;
use tinyconv::model_file::ModelFile;
use tinyconv::optim::Adam;
use tinyconv::tuning::{All, Last};

use crate::board::{UNIT, descends, learns};
use crate::tool::Tool;

fn bits(parameters: impl Iterator<Item = f32>) -> Vec<u32> {
    parameters.map(f32::to_bits).collect()
}

/// A tool with `digits-tiny` trained, and the bytes of its model file.
fn tiny() -> (Tool, Vec<u8>) {
    let tool = Tool::new();
    let bytes = fs::read(tool.trained("digits-tiny")).unwrap();
    (tool, bytes)
}

const IMPORT: [&str; 6] =
    ["import", "flash.bin", "--base", "trained/digits-tiny.tinyconv", "--out", "tuned.tinyconv"];

#[test]
fn the_newest_checkpoint_becomes_a_model_file() {
    let (tool, base) = tiny();
    // Both slots, with an odd unit between or after them; and an image that begins before the range.
    let (odd, learnt) = descends::<DigitsTiny, All, { 11 * UNIT }>(&base, 3);
    let (with_states, learnt_too) = learns::<DigitsTiny, Last<1>, Adam, { 24 * UNIT }>(&base, 2);
    let (one, learnt_head) = descends::<DigitsTiny, Last<1>, { 8 * UNIT }>(&base, 1);
    let (two, learnt_two) = descends::<DigitsTiny, Last<2>, { 10 * UNIT }>(&base, 4);
    let before = [vec![0x5a; 3 * UNIT + 20], one.clone()].concat();
    for (image, learnt, words) in [
        (odd, learnt, ["generation 3, after 3 steps", "All, 1130 parameters", "is older"]),
        (with_states, learnt_too, ["generation 2", "Last<1>, 730 parameters", "is older"]),
        (one, learnt_head.clone(), ["generation 1", "Last<1>, 730 parameters", "byte 0x0:"]),
        (before, learnt_head, ["generation 1", "Last<1>, 730 parameters", "byte 0xc14"]),
        (two, learnt_two, ["generation 4", "Last<2>, 1026 parameters", "is older"]),
    ] {
        fs::write(tool.path("flash.bin"), image).unwrap();
        let import = [&IMPORT[..], &["--data", "data"]].concat();
        let printed = tool.succeeds(&import).stdout;
        for word in words {
            assert!(printed.contains(word), "no {word:?} in {printed}");
        }
        let tuned = fs::read(tool.path("tuned.tinyconv")).unwrap();
        let (tuned, base) = (ModelFile::parse(&tuned).unwrap(), ModelFile::parse(&base).unwrap());
        assert_eq!(bits(tuned.parameters()), bits(learnt.into_iter()));
        assert_eq!(
            (tuned.name, &tuned.labels, tuned.layers),
            (base.name, &base.labels, base.layers)
        );
        let eval = tool.succeeds(&["eval", "tuned.tinyconv", "--data", "data", "--json"]).json();
        let share = eval["test_accuracy"].as_f64().unwrap() as f32;
        assert_eq!(tuned.training.test_accuracy, share);
    }
}

#[test]
fn a_network_with_batch_normalisation_comes_back_in_its_deployed_form() {
    let tool = Tool::new();
    tool.trained("lenet");
    tool.succeeds(&[
        "export",
        "trained/lenet.tinyconv",
        "--format",
        "model",
        "--out",
        "d.tinyconv",
    ]);
    let base = fs::read(tool.path("d.tinyconv")).unwrap();
    let (image, learnt) = descends::<Deployed<LeNet>, Last<1>, { 8 * UNIT }>(&base, 2);
    fs::write(tool.path("flash.bin"), image).unwrap();
    for base in ["d.tinyconv", "trained/lenet.tinyconv"] {
        let import =
            ["import", "flash.bin", "--base", base, "--out", "t.tinyconv", "--data", "data"];
        tool.succeeds(&import);
        let tuned = fs::read(tool.path("t.tinyconv")).unwrap();
        let tuned = ModelFile::parse(&tuned).unwrap();
        assert_eq!(tuned.name, "lenet-deployed");
        assert_eq!(bits(tuned.parameters()), bits(learnt.iter().copied()));
    }
}

/// `image` with the bytes at `at` changed, and the header that begins at `header` made to fit.
fn resealed(image: &[u8], header: usize, at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut image = image.to_vec();
    image[header + at..][..bytes.len()].copy_from_slice(bytes);
    let mut sum = Crc::new();
    sum.update(&image[header..header + 68]);
    image[header + 68..][..4].copy_from_slice(&sum.sum().to_le_bytes());
    image
}

#[test]
fn what_is_no_checkpoint_of_the_base_is_refused() {
    let (tool, base) = tiny();
    let (image, _) = descends::<DigitsTiny, Last<1>, { 8 * UNIT }>(&base, 2);
    let second = 4 * UNIT;
    let refused = |image: &[u8], words: &[&str]| {
        fs::write(tool.path("flash.bin"), image).unwrap();
        tool.refuses(&IMPORT, &[&["flash.bin"], words].concat());
    };
    refused(&[], &["no checkpoint"]);
    refused(&[0xff; 8 * UNIT], &["no checkpoint"]);
    refused(&image[..300], &["ends within the checkpoint at byte 0x0", "takes 3180 bytes"]);
    let mut damaged = image.clone();
    damaged[300] ^= 1;
    damaged[second + 300] ^= 1;
    refused(&damaged, &["damaged", "checksum"]);
    damaged[10] ^= 1;
    refused(&damaged, &["damaged"]);
    refused(&resealed(&image, second, 8, &[2]), &["format version 2", "newer tinyconv"]);
    let claims = resealed(&image[..second], 0, 56, &u32::MAX.to_le_bytes());
    refused(&claims, &["ends within", "17179869440 bytes"]);
    refused(&b"TINYCKPT".repeat(100), &["more than 16 checkpoint headers"]);

    // One with another number of parameters under the right fingerprint.
    let length: usize = 729;
    let mut shorter = resealed(&image[..second], 0, 56, &(length as u32).to_le_bytes());
    let mut sum = Crc::new();
    sum.update(&shorter[256..256 + 4 * length + 4]);
    let sum = sum.sum().to_le_bytes();
    shorter = resealed(&shorter, 0, 12, &sum);
    refused(&shorter, &["holds 729 parameters", "has 730"]);

    // Of another network, and of the same on top of other parameters.
    let other = fs::read(tool.trained("linear")).unwrap();
    let (other, _) = descends::<Linear, All, { 64 * UNIT }>(&other, 1);
    refused(&other, &["was not learnt on top of the base", "--base"]);
    tool.succeeds(&[
        "train",
        "--model",
        "digits-tiny",
        "--data",
        "data",
        "--epochs",
        "2",
        "--out",
        "two",
    ]);
    let two = ["import", "flash.bin", "--base", "two/digits-tiny.tinyconv"];
    fs::write(tool.path("flash.bin"), &image).unwrap();
    tool.refuses(&two, &["was not learnt on top of the base"]);
    tool.refuses(&[&IMPORT[..], &["--model", "digits"]].concat(), &["cannot be used with"]);
    let onto_base = [
        "import",
        "flash.bin",
        "--base",
        "two/digits-tiny.tinyconv",
        "--out",
        "two/digits-tiny.tinyconv",
    ];
    tool.refuses(&onto_base, &["cannot write", "the file to read"]);
}

#[test]
fn a_damaged_newer_checkpoint_leaves_the_one_before() {
    let (_, base) = tiny();
    let (mut image, _) = descends::<DigitsTiny, Last<1>, { 8 * UNIT }>(&base, 2);
    image[4 * UNIT + 400] ^= 4;
    let read = read_back(&ModelFile::parse(&base).unwrap(), &image).unwrap();
    assert_eq!((read.generation, read.offset), (1, 0));
    assert!(read.passed_over[0].contains("at byte 0x1000 is damaged"), "{:?}", read.passed_over);
}

#[test]
fn mutated_images_never_panic_and_never_give_other_parameters() {
    let (_, base) = tiny();
    let (image, _) = descends::<DigitsTiny, Last<1>, { 8 * UNIT }>(&base, 2);
    let base = ModelFile::parse(&base).unwrap();
    let whole: Vec<Vec<f32>> = [&image[..], &image[..4 * UNIT]]
        .map(|image| read_back(&base, image).unwrap().parameters)
        .to_vec();
    let change = (any::<Index>(), any::<u8>());
    let mutation = (prop::collection::vec(change, 1..8), any::<Index>(), any::<bool>());
    let mut runner = TestRunner::default();
    let outcome = runner.run(&mutation, |(changes, cut, cuts)| {
        let mut image = image.clone();
        for (index, byte) in changes {
            // Half of them in the headers.
            let at = index.index(2 * image.len());
            let at = if at < image.len() { at } else { at % 128 + at / 128 % 2 * 4 * UNIT };
            image[at] = byte;
        }
        if cuts {
            image.truncate(cut.index(image.len()));
        }
        if let Ok(read) = read_back(&base, &image) {
            prop_assert!(whole.contains(&read.parameters));
        }
        Ok(())
    });
    outcome.unwrap();
}
