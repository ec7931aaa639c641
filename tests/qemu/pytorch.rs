//! The path of somebody who trains with PyTorch: a state dict goes into a board, learns there, and comes back as a state
//! dict. The files in `tests/data/pytorch` are PyTorch's, see `tests/data/pytorch_path.py`; each step is a command of the
//! tool, as the documentation (`host_tools::exchange`) has it. `TINYCONV_BLESS=1` writes the last file anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use host_tools::data::Split;
use host_tools::exchange::StateDict;
use host_tools::networks::DigitsTiny;
use tinyconv::model_file::ModelFile;
use tinyconv::tuning::{Last, Part, checksum};

use crate::matrix::compare_logits;
use crate::support::expected::logits_of;
use crate::support::firmware::{Image, Net, target_directory};
use crate::support::inputs::{IMAGES, Inputs, test_split, write_if_changed};
use crate::support::qemu::MPS2_AN386;
use crate::support::training::samples;
use crate::support::{bless, tools};
use crate::{LIMIT, PARITY};

/// What is trained on the board.
type Head = Last<1>;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/pytorch");

fn data(name: &str) -> PathBuf {
    Path::new(DATA).join(name)
}

/// Runs the tool in `directory`; what it printed.
#[track_caller]
fn tool(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tinyconv"));
    let output = command.args(arguments).current_dir(directory).output().expect("it can be run");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tinyconv {arguments:?}: {error}");
    String::from_utf8(output.stdout).expect("a text")
}

/// The largest difference between our logits and PyTorch's.
fn parity(model: &[u8], split: &Split) -> f32 {
    let bytes = fs::read(data("logits.safetensors")).expect("PyTorch's logits");
    let theirs = StateDict::parse(&bytes).expect("tensors").values("logits").expect("f32");
    let ours = logits_of::<DigitsTiny>(model, split);
    assert_eq!((ours.len(), theirs.len()), (IMAGES, IMAGES * 10));
    let differences = ours.as_flattened().iter().zip(&theirs);
    differences.map(|(ours, theirs)| (f32::from_bits(*ours) - theirs).abs()).fold(0.0, f32::max)
}

/// The bytes of the lines that the image `save` printed of its flash, and the lines before.
fn split_flash(printed: &str) -> (Vec<&str>, Vec<u8>) {
    let (flash, lines): (Vec<&str>, Vec<&str>) =
        printed.lines().partition(|line| line.starts_with("flash "));
    let digits: String = flash.iter().map(|line| &line["flash ".len()..]).collect();
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("two digits");
    (lines, (0..digits.len()).step_by(2).map(byte).collect())
}

#[test]
fn from_pytorch_to_a_board_and_back() {
    let machine = &MPS2_AN386;
    let Some(toolchain) = tools::available(machine.target, &[machine.emulator]) else {
        return;
    };
    let directory = target_directory().join("pytorch-path");
    fs::create_dir_all(&directory).expect("the target directory can be written");
    let path = |name: &str| directory.join(name);
    let theirs = data("model.safetensors");
    let theirs = theirs.to_str().expect("a path that is a text");

    let printed =
        tool(&directory, &["import", theirs, "--model", "digits-tiny", "--out", "model.tinyconv"]);
    for line in ["conv1    is \"0\"", "conv2    is \"3\"", "classify is \"7\"", "96.57 %"] {
        assert!(printed.contains(line), "{printed}");
    }
    let model = fs::read(path("model.tinyconv")).expect("it has been written");
    let difference = parity(&model, test_split());
    assert!(difference <= PARITY, "the logits differ by {difference:e}");
    tools::say(&format!(
        "largest difference from PyTorch's logits, {IMAGES} images: {difference:e}"
    ));

    tool(&directory, &["export", "model.tinyconv", "--format", "rust", "--out", "exported.rs"]);
    let source = fs::read(path("exported.rs")).expect("it has been written");
    write_if_changed(&path("pytorch.rs"), &source);
    let image = |image: Image| {
        let image = image.of(Net::DigitsTiny).with_parameters(&path("pytorch.rs"));
        image.build(machine, &toolchain, Inputs::prepare()).unwrap()
    };
    let expected = logits_of::<DigitsTiny>(&model, test_split());
    compare_logits(machine, &image(Image::new("infer")), &expected);

    let save = image(Image::new("save").and("checkpoint").and("head"));
    let printed = machine.run(&save, LIMIT).unwrap();
    let (lines, flash) = split_flash(&printed);
    assert_eq!(lines, samples::<DigitsTiny, Head>(&model), "device, then host");
    fs::write(path("flash.bin"), &flash).expect("room for it");

    let printed = tool(
        &directory,
        &["import", "flash.bin", "--base", "model.tinyconv", "--out", "tuned.tinyconv"],
    );
    for line in ["generation 2, after 200 steps", "trained: Last<1>, 730 parameters"] {
        assert!(printed.contains(line), "{printed}");
    }
    let tuned = fs::read(path("tuned.tinyconv")).expect("it has been written");
    let parameters = |bytes: &[u8]| -> Vec<f32> {
        ModelFile::parse(bytes).expect("a model file").parameters().collect()
    };
    let (before, after) = (parameters(&model), parameters(&tuned));
    let frozen = <Head as Part<DigitsTiny>>::FROZEN_PARAMS;
    assert_eq!(before[..frozen], after[..frozen], "what is frozen");
    let sum = format!("parameters {:08x}", checksum(&after[frozen..]));
    assert_eq!(lines.last(), Some(&&*sum), "what the board has learnt");

    let like = ["--format", "safetensors", "--like", theirs, "--out", "tuned.safetensors"];
    tool(&directory, &[&["export", "tuned.tinyconv"], &like[..]].concat());
    let exported = fs::read(path("tuned.safetensors")).expect("it has been written");
    as_pytorch_has_them(&exported, &fs::read(theirs).expect("PyTorch's parameters"), &after);
    // Other multiply-adds and another `exp` give other bits.
    if cfg!(not(any(feature = "fma", feature = "micromath"))) {
        bless::compare_bytes(data("tuned.safetensors"), &exported);
    }
}

/// `exported` has the names and shapes of `theirs`, and the parameters of ours: weights of convolutions as they are,
/// those of the dense layer transposed.
fn as_pytorch_has_them(exported: &[u8], theirs: &[u8], ours: &[f32]) {
    let exported = StateDict::parse(exported).expect("tensors");
    let theirs = StateDict::parse(theirs).expect("tensors");
    let shapes = |dict: &StateDict<'_>| -> Vec<(String, Vec<usize>)> {
        let shape = |name| dict.shape(name).expect("a tensor").to_vec();
        dict.names().map(|name| (name.to_owned(), shape(name))).collect()
    };
    assert_eq!(shapes(&exported), shapes(&theirs));
    let value = |name: &str| exported.values(name).expect("f32");
    let (inputs, outputs) = (72, 10);
    let dense = &ours[ours.len() - (inputs + 1) * outputs..];
    let weight: Vec<f32> = (0..outputs)
        .flat_map(|output| (0..inputs).map(move |input| dense[input * outputs + output]))
        .collect();
    assert_eq!(value("7.weight"), weight);
    assert_eq!(value("7.bias"), dense[inputs * outputs..]);
    let convolutions = ["0.weight", "0.bias", "3.weight", "3.bias"].map(value).concat();
    assert_eq!(convolutions, ours[..convolutions.len()]);
    assert_eq!(convolutions.len() + dense.len(), ours.len());
}
