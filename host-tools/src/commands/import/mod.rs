//! `tinyconv import`: what other programs and boards have learnt, as a model file.

mod accuracy;
mod checkpoint;
mod error;
mod onnx;
mod state_dict;

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use tinyconv_exchange::Renaming;
use tinyconv_training::files;
use tinyconv_training::model::Networks;

use super::output;
use accuracy::Accuracy;
pub use error::ImportError;

/// Make a model file of a network that was trained elsewhere.
///
/// FILE is what safetensors.torch.save_file(model.state_dict(), FILE) wrote. Its tensors are those
/// of the network --model: by their names if these are the network's, else by their shapes and by
/// counting (0.weight, 3.weight...). Nothing is written unless all of them are there and fit.
///
/// Or FILE is a network in ONNX: layers in a row and residual blocks of the kinds that there are here. Its
/// source in Rust, its model file and a comparison with the original are made: with `input` and `output`
/// in a FILE.safetensors beside it, with ONNX's test_data_set_0, or with onnxruntime on random inputs.
///
/// With --base, FILE is a copy of a board's flash, as a programmer reads it, and what is imported is
/// the newest checkpoint in it: what the board learnt on top of the model file --base.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ImportArguments {
    /// The file.
    file: PathBuf,
    /// The network [default: the one that the file names, if `tinyconv export` wrote it, or the only
    /// one that this program knows].
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// The model file that the board started from.
    #[arg(
        long,
        value_name = "MODEL_FILE",
        conflicts_with_all = ["model", "map", "labels", "mean", "deviation"]
    )]
    base: Option<PathBuf>,
    /// A layer's name here and in the file, as in conv1=features.0, or a tensor's, as in
    /// conv1.weight=w1; can be given several times.
    #[arg(long, value_name = "OURS=THEIRS", value_parser = str::parse::<Renaming>)]
    map: Vec<Renaming>,
    /// What the classes are called, with commas between them [default: as the file or the network
    /// says].
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    labels: Option<Vec<String>>,
    /// What is subtracted from the bytes of an image; Normalize(m, d) after ToTensor() is m * 255
    /// [default: as the file or the network's recipe says].
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    mean: Option<f32>,
    /// What the difference is divided by; Normalize(m, d) after ToTensor() is d * 255 [default: as
    /// the file or the network's recipe says].
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    deviation: Option<f32>,
    /// Directory of the data set to test it with, as `train` takes it [default: the bundled MNIST, if it
    /// fits].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to write it [default: beside the file, ending in .tinyconv]; the source of a network in
    /// ONNX goes beside it, ending in .rs.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// For ONNX: what the network is called [default: as the file].
    #[arg(long)]
    name: Option<String>,
    /// For ONNX: fold batch normalisation into the layers before it, leave out dropout.
    #[arg(long)]
    fold: bool,
    /// For ONNX: compare with the onnxruntime of this Python, layer by layer [default: with stored
    /// vectors, else with that of python3, if it has one].
    #[arg(long, value_name = "PATH")]
    python: Option<String>,
    /// For ONNX: print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- import model.safetensors --model digits
  cargo run -p host-tools -- import model.safetensors --model digits --map conv1=stem --map classify=head
  cargo run -p host-tools -- import model.safetensors --model lenet --mean 33.3285 --deviation 78.5655
  cargo run -p host-tools -- import model.onnx --labels cat,dog
  cargo run -p host-tools -- import model.onnx --python .venv/bin/python --fold
  probe-rs read b8 0x08070000 65536 --output flash.bin --format binary
  cargo run -p host-tools -- import flash.bin --base trained/digits.tinyconv --out tuned.tinyconv";

/// A model file that was made, and what there is to say about it.
struct Imported {
    bytes: Vec<u8>,
    lines: Vec<String>,
    accuracy: Accuracy,
}

impl ImportArguments {
    /// Runs the command.
    pub fn run(self, networks: Networks) -> anyhow::Result<()> {
        let bytes = files::read(&self.file)?;
        if self.base.is_none() && self.is_onnx(&bytes) {
            return self
                .onnx(networks, &bytes)
                .with_context(|| format!("cannot import {}", self.file.display()));
        }
        if self.name.is_some() || self.fold || self.python.is_some() || self.json {
            return Err(ImportError::OnlyForOnnx.into());
        }
        let out = self.out.clone();
        let out = out.unwrap_or_else(|| self.file.with_extension(files::EXTENSION));
        for input in [&self.file].into_iter().chain(&self.base) {
            files::check_result(&out, input)?;
        }
        let imported = match &self.base {
            Some(base) => self.checkpoint(networks, base, &bytes),
            None => self.state_dict(networks, &bytes),
        };
        let imported =
            imported.with_context(|| format!("cannot import {}", self.file.display()))?;
        files::write(&out, &imported.bytes).context("the model file was not written")?;
        let mut lines = imported.lines;
        lines.push(imported.accuracy.text());
        lines.push(format!("model file: {}", out.display()));
        output::line(&lines.join("\n"))?;
        Ok(())
    }
}
