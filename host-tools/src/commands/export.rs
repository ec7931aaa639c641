//! `tinyconv export`: the parameters in a form that firmware builds in, or that other programs read.

use std::path::PathBuf;

use crate::export::{self, DeployedModel};
use crate::firmware;
use anyhow::Context;
use clap::{Args, ValueEnum};
use serde::Serialize;
use thiserror::Error;
use tinyconv::model_file::ModelFile;
use tinyconv::plan::{LayerSpec, Walk};
use tinyconv_exchange::{NamedLayer, Renaming, StateDict, match_layers, state_dict_of};
use tinyconv_exchange::{onnx, tflite};
use tinyconv_training::files;
use tinyconv_training::model::{Layer, Model, Networks};
use tinyconv_training::text::shown;

use super::data::{open_test, or_remembered};
use super::output;
use super::text::printable;

/// Export a model: as Rust source, raw bytes, files for a project's firmware, a PyTorch state dict,
/// ONNX, TensorFlow Lite, or a deployed model file.
///
/// For a device, batch normalisation is folded into the layer before it and dropout is left out:
/// the parameters are those of the network's deployed form. PyTorch, ONNX and TensorFlow Lite get the
/// parameters of the model file (ONNX, TensorFlow Lite: unless --deployed).
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ExportArguments {
    /// Model file to export.
    model_file: PathBuf,
    /// Output format.
    #[arg(long)]
    format: Format,
    /// For safetensors: name the layers as in this safetensors file, one that `import` reads.
    #[arg(long, value_name = "FILE")]
    like: Option<PathBuf>,
    /// For safetensors: rename a layer, as in conv1=features.0, or a tensor, as in conv1.weight=w1;
    /// repeatable. With --like: which layer of that file is which.
    #[arg(long, value_name = "OURS=THEIRS", value_parser = str::parse::<Renaming>)]
    map: Vec<Renaming>,
    /// For onnx and tflite: export the network's deployed form.
    #[arg(long)]
    deployed: bool,
    /// For firmware: data set directory to take a few test images from [default: the bundled
    /// MNIST].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to write it [default: beside the model file, ending in .rs, .bin, .safetensors, .onnx,
    /// .tflite or .deployed.tinyconv; for firmware, the directory that the project's firmware includes].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// What was written.
#[derive(Serialize)]
struct Report<'a> {
    model: &'a str,
    format: Format,
    /// In the form that a device runs.
    deployed: bool,
    parameters: usize,
    files: &'a [PathBuf],
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- export trained/digits.tinyconv --format rust
  cargo run -p host-tools -- export trained/digits.tinyconv --format bin --out parameters.bin
  cargo run -p host-tools -- export trained/digits.tinyconv --format firmware --out firmware/trained
  cargo run -p host-tools -- export trained/digits.tinyconv --format safetensors --map conv1=features.0
  cargo run -p host-tools -- export trained/lenet.tinyconv --format model
  cargo run -p host-tools -- export trained/lenet.tinyconv --format onnx --deployed
  cargo run -p host-tools -- export trained/lenet.tinyconv --format tflite";

#[derive(Clone, Copy, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum Format {
    /// Rust source with `pub static PARAMETERS: [f32; N]`, exact to the bit.
    Rust,
    /// The parameters as raw little-endian `f32`.
    Bin,
    /// What a project's firmware includes: parameters.bin, images.bin, labels.bin, model.rs.
    Firmware,
    /// A PyTorch state dict, with PyTorch's tensor names and layout.
    Safetensors,
    /// The network with its parameters, for onnxruntime, Netron and other tools.
    Onnx,
    /// The network with its parameters in TensorFlow Lite's format: builtin operators, float32,
    /// channels last.
    Tflite,
    /// A model file of the deployed form, for `eval`, `finetune`, `diff` and `import --base`.
    Model,
}

/// Options that do not fit the format.
#[derive(Debug, Error)]
pub enum ExportError {
    /// Names of tensors, for a format without.
    #[error(
        "--like and --map only apply to --format safetensors: use that format, or leave them out"
    )]
    Names,
    /// A data set, for a format without images.
    #[error(
        "--data only applies to --format firmware (its test images): use that format, or leave it \
         out"
    )]
    Images,
    /// A choice between the two forms of a network, for a format that has none.
    #[error(
        "--deployed only applies to --format onnx and tflite: rust, bin and model are always in the deployed \
         form, safetensors never; leave it out"
    )]
    Form,
    /// Nobody said where the files for the firmware go.
    #[error("this program has no firmware for `{0}`: give the directory for the files with --out")]
    NoFirmware(String),
    /// The firmware is of another network.
    #[error(
        "the model is of another network than `{network}`, which the project's firmware runs: \
         {difference}. Train the project's network again (cargo run), write the model's layers into \
         network/src/lib.rs, or give another directory with --out"
    )]
    Changed {
        /// The project's network.
        network: String,
        /// Where the two differ first.
        difference: String,
    },
}

/// The directory of what the firmware of the program's project includes, if it runs the network of `file`.
fn own_firmware(
    networks: Networks,
    model: &dyn Model,
    file: &ModelFile<'_>,
) -> Result<PathBuf, ExportError> {
    // What a board learnt is in the deployed form.
    let deployed = networks.of_deployed_file(file).and_then(Model::project);
    if let Some(root) = model.project().or(deployed) {
        return Ok(firmware::directory(root));
    }
    let own = networks.first();
    if own.project().is_none() {
        return Err(ExportError::NoFirmware(printable(file.name)));
    }
    let difference = first_difference(file, own);
    Err(ExportError::Changed { network: own.name().to_owned(), difference })
}

/// The first layer in which a model file's network is not `own`, in words.
fn first_difference(file: &ModelFile<'_>, own: &dyn Model) -> String {
    if file.input != own.input() {
        return format!("its input is {}, and not {}", file.input, own.input());
    }
    let layers = own.layers();
    let describe = |layers: &[LayerSpec<'_>], index| {
        let layer = Walk::new(own.input(), layers).nth(index);
        layer.map_or("none".to_owned(), |placed| Layer::new(&placed).kind)
    };
    let count = file.layers.len().max(layers.len());
    let different = |&index: &usize| {
        file.layers.get(index).map(|layer| layer.kind) != layers.get(index).map(|layer| layer.kind)
    };
    (0..count).find(different).map_or("the layers are the same".to_owned(), |index| {
        let [theirs, ours] = [&file.layers[..], &layers].map(|layers| describe(layers, index));
        format!("its layer {} is {theirs}, and not {ours}", index + 1)
    })
}

impl ExportArguments {
    /// Runs the command.
    pub fn run(self, networks: Networks) -> anyhow::Result<()> {
        let bytes = files::read(&self.model_file)?;
        let file = files::parse(&self.model_file, &bytes)?;
        let named = self.like.is_some() || !self.map.is_empty();
        if named && !matches!(self.format, Format::Safetensors) {
            return Err(ExportError::Names.into());
        }
        if self.deployed && !matches!(self.format, Format::Onnx | Format::Tflite) {
            return Err(ExportError::Form.into());
        }
        if self.data.is_some() && !matches!(self.format, Format::Firmware) {
            return Err(ExportError::Images.into());
        }
        let (ending, content) = match self.format {
            Format::Firmware => return self.firmware(networks, &file),
            Format::Rust => ("rs", export::rust_source(&file).into_bytes()),
            Format::Bin => ("bin", export::raw(&file)),
            Format::Safetensors => ("safetensors", self.state_dict(&file)?),
            Format::Onnx => ("onnx", self.onnx(&file)?),
            Format::Tflite => ("tflite", self.tflite(&file)?),
            Format::Model => ("deployed.tinyconv", export::deployed(&file)?),
        };
        let out = self.out.clone().unwrap_or_else(|| self.model_file.with_extension(ending));
        files::check_result(&out, &self.model_file)?;
        files::write(&out, &content).context("the export was not written")?;
        let text = |count| format!("wrote {count} parameters to {}", shown(&out));
        self.print(&file, std::slice::from_ref(&out), text)
    }

    /// Says what was written.
    fn print(
        &self,
        file: &ModelFile<'_>,
        written: &[PathBuf],
        text: impl FnOnce(usize) -> String,
    ) -> anyhow::Result<()> {
        let deployed = match self.format {
            Format::Safetensors => false,
            Format::Onnx | Format::Tflite => self.deployed,
            _ => true,
        };
        let parameters =
            if deployed { export::parameters(file).len() } else { file.parameters().len() };
        output::line(&if self.json {
            let (model, format) = (file.name, self.format);
            let report = Report { model, format, deployed, parameters, files: written };
            serde_json::to_string(&report)?
        } else {
            text(parameters)
        })?;
        Ok(())
    }

    /// Writes what firmware includes.
    fn firmware(&self, networks: Networks, file: &ModelFile<'_>) -> anyhow::Result<()> {
        let model = files::any_model_of(networks, &self.model_file, file)?;
        let directory = match &self.out {
            Some(out) => out.clone(),
            None => own_firmware(networks, &*model, file)?,
        };
        firmware::check_writable(&directory)?;
        let data = or_remembered(networks, self.data.clone())?;
        let test = open_test(data.as_deref(), &*model, &file.labels, file.data)?.data;
        firmware::write(&directory, file, &test.bordered(model.border()))?;
        let written = firmware::FILES.map(|name| directory.join(name));
        let text = |_| format!("files for the firmware: {}", shown(&directory));
        self.print(file, &written, text)
    }

    /// The network in ONNX, in the form that was asked for.
    fn onnx(&self, file: &ModelFile<'_>) -> anyhow::Result<Vec<u8>> {
        if !self.deployed {
            return Ok(onnx::export(file));
        }
        Ok(onnx::export(&DeployedModel::new(file).file()?))
    }

    /// The network in TensorFlow Lite's format, in the form that was asked for.
    fn tflite(&self, file: &ModelFile<'_>) -> anyhow::Result<Vec<u8>> {
        if !self.deployed {
            return Ok(tflite::export(file)?);
        }
        Ok(tflite::export(&DeployedModel::new(file).file()?)?)
    }

    /// The state dict, with the names that were asked for.
    fn state_dict(&self, file: &ModelFile<'_>) -> anyhow::Result<Vec<u8>> {
        let Some(like) = &self.like else {
            return Ok(state_dict_of(file, &self.map)?);
        };
        let names = || -> anyhow::Result<Vec<Renaming>> {
            let bytes = files::read(like)?;
            let layers = NamedLayer::all(file.input, &file.layers);
            let matched = match_layers(&layers, &StateDict::parse(&bytes)?, &self.map)?;
            Ok([matched.layers, matched.tensors].concat())
        };
        let names =
            names().with_context(|| format!("cannot name the layers as in {}", shown(like)))?;
        Ok(state_dict_of(file, &names)?)
    }
}
