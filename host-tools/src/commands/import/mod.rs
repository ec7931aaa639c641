//! `tinyconv import`: what other programs and boards have learnt, as a model file.

mod accuracy;
mod checkpoint;
mod error;
mod network;
mod report;
mod state_dict;

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use tinyconv_exchange::Renaming;
use tinyconv_exchange::parity::Reference;
use tinyconv_training::files::{self, FileSet};
use tinyconv_training::model::Networks;
use tinyconv_training::text::shown;

use super::data::or_remembered;
use super::kept::commit;
use super::limits::LimitArguments;
use super::output;
use accuracy::Accuracy;
pub use error::ImportError;
use report::{ImportReport, Origin};

/// Import a network that was trained elsewhere as a model file.
///
/// FILE is a state dict: of safetensors.torch.save_file(model.state_dict(), FILE), of
/// torch.save(model.state_dict(), FILE), which is read without running it, or of numpy.savez. Its
/// tensors are matched to the layers of the network --model: by name if the names agree, otherwise
/// by shape and by counting (0.weight, 3.weight...). Nothing is written unless every tensor is
/// there and fits.
///
/// Or FILE is a network in ONNX or TensorFlow Lite, of float32: layers in a row, and blocks of branches
/// that are added or concatenated. The import writes Rust source and a model file, and compares the
/// network with the original: with `input` and `output` in a FILE.safetensors beside it, or with
/// ONNX's test_data_set_0; with --check, with onnxruntime or LiteRT on random inputs.
///
/// With --base, FILE is a dump of a board's flash, as a flash programmer reads it. The import takes
/// the newest checkpoint in it: what the board learnt on top of the model file --base.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ImportArguments {
    /// File to import.
    file: PathBuf,
    /// Network that the file is for [default: the one it names, if `tinyconv export` wrote it;
    /// otherwise the only one that this program knows].
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Model file that the board started from.
    #[arg(
        long,
        value_name = "MODEL_FILE",
        conflicts_with_all = ["model", "map", "labels", "mean", "deviation"]
    )]
    base: Option<PathBuf>,
    /// Match a layer to its name in the file, as in conv1=features.0, or a tensor, as in
    /// conv1.weight=w1; repeatable.
    #[arg(long, value_name = "OURS=THEIRS", value_parser = str::parse::<Renaming>)]
    map: Vec<Renaming>,
    /// Names of the classes, separated by commas [default: from the file, otherwise from the
    /// network].
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    labels: Option<Vec<String>>,
    /// Mean to subtract from the bytes of an image, or one for each channel, separated by commas;
    /// for Normalize(m, d) after ToTensor(), m * 255 [default: from the file, otherwise from the
    /// network's recipe].
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', allow_hyphen_values = true)]
    mean: Option<Vec<f32>>,
    /// Deviation to divide by, or one for each channel; for Normalize(m, d) after ToTensor(), d * 255
    /// [default: from the file, otherwise from the network's recipe].
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', allow_hyphen_values = true)]
    deviation: Option<Vec<f32>>,
    /// Data set directory to test on, in any form that `train` reads [default: the bundled MNIST,
    /// if it fits].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to write the model file [default: beside FILE, ending in .tinyconv]; for a network, the
    /// source goes beside it, ending in .rs.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// For a network: its name [default: the name of the file].
    #[arg(long)]
    name: Option<String>,
    /// For a network: fold batch normalisation into the layer before it, and leave out dropout.
    #[arg(long)]
    fold: bool,
    /// For a network: compare with another implementation, layer by layer, on random inputs [default:
    /// compare with stored vectors, if there are any].
    #[arg(long, value_name = "WITH")]
    check: Option<Check>,
    /// For ONNX and TensorFlow Lite: the output that the network ends with [default: of ONNX, the first; of TensorFlow
    /// Lite, the only one].
    #[arg(long, value_name = "NAME")]
    output: Option<String>,
    /// Python that has onnxruntime or ai-edge-litert, for --check [default: python3].
    #[arg(long, value_name = "PATH", requires = "check")]
    python: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitArguments,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// What an imported network is compared with.
#[derive(Clone, Copy, ValueEnum)]
enum Check {
    /// onnxruntime, which Python runs apart from the current directory and the user's own packages.
    Onnxruntime,
    /// LiteRT's reference kernels, run in the same way; for TensorFlow Lite files.
    Litert,
}

impl Check {
    fn reference(self) -> Reference {
        match self {
            Self::Onnxruntime => Reference::OnnxRuntime,
            Self::Litert => Reference::LiteRt,
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- import model.safetensors --model digits
  cargo run -p host-tools -- import model.safetensors --model digits --map conv1=stem --map classify=head
  cargo run -p host-tools -- import model.safetensors --model lenet --mean 33.3285 --deviation 78.5655
  cargo run -p host-tools -- import model.onnx --labels cat,dog
  cargo run -p host-tools -- import rgb.onnx --mean 123.675,116.28,103.53 --deviation 58.395,57.12,57.375
  cargo run -p host-tools -- import model.onnx --check onnxruntime --python .venv/bin/python
  cargo run -p host-tools -- import model.tflite --check litert --python .venv/bin/python
  probe-rs read b8 0x08070000 65536 --output flash.bin --format binary
  cargo run -p host-tools -- import flash.bin --base trained/digits.tinyconv --out tuned.tinyconv";

/// A model file that was made, and what there is to say about it.
struct Imported {
    bytes: Vec<u8>,
    lines: Vec<String>,
    accuracy: Accuracy,
    origin: Origin,
}

impl ImportArguments {
    /// Runs the command.
    pub fn run(mut self, networks: Networks) -> anyhow::Result<()> {
        let bytes = files::read(&self.file)?;
        if self.base.is_none()
            && let Some(format) = self.format(&bytes)
        {
            return self
                .network(networks, format, &bytes)
                .with_context(|| format!("cannot import {}", shown(&self.file)));
        }
        if self.base.is_none() && is_keras(&bytes) {
            return Err(
                ImportError::Keras { file: self.file.to_string_lossy().into_owned() }.into()
            );
        }
        if self.name.is_some() || self.fold || self.check.is_some() || self.output.is_some() {
            return Err(ImportError::OnlyForNetworks.into());
        }
        let out = self.out.clone();
        let out = out.unwrap_or_else(|| self.file.with_extension(files::EXTENSION));
        for input in [&self.file].into_iter().chain(&self.base) {
            files::check_result(&out, input)?;
        }
        self.data = or_remembered(networks, self.data)?;
        let imported = match &self.base {
            Some(base) => self.checkpoint(networks, base, &bytes),
            None => self.state_dict(networks, &bytes),
        };
        let imported = imported.with_context(|| format!("cannot import {}", shown(&self.file)))?;
        let mut written = FileSet::default();
        written.add_model(&out, &imported.bytes).context("the model file was not written")?;
        commit(written)?;
        if self.json {
            let file = files::parse(&out, &imported.bytes)?;
            let report = ImportReport::new(&file, &out, &imported.accuracy, &imported.origin);
            output::line(&serde_json::to_string(&report)?)?;
            return Ok(());
        }
        let mut lines = imported.lines;
        lines.push(imported.accuracy.text());
        lines.push(format!("model file: {}", shown(&out)));
        output::line(&lines.join("\n"))?;
        Ok(())
    }
}

/// Whether these are the bytes of a file that Keras saves: HDF5, or a zip that begins with its metadata.
fn is_keras(bytes: &[u8]) -> bool {
    let is_hdf5 = bytes.starts_with(b"\x89HDF\r\n\x1a\n");
    let is_zip = bytes.starts_with(b"PK\x03\x04");
    is_hdf5 || (is_zip && bytes.get(30..).is_some_and(|name| name.starts_with(b"metadata.json")))
}
