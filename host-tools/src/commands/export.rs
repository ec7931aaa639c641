//! `tinyconv export`: the parameters in a form that firmware builds in, or that other programs read.

use std::path::PathBuf;

use crate::{export, firmware};
use anyhow::Context;
use clap::{Args, ValueEnum};
use thiserror::Error;
use tinyconv::model_file::{ModelFile, Normalisation};
use tinyconv_exchange::onnx;
use tinyconv_exchange::{NamedLayer, Renaming, StateDict, match_layers, state_dict_of};
use tinyconv_training::files;
use tinyconv_training::model::Networks;

use super::data::open_test;
use super::output;
use super::text::printable;

/// Write a model's parameters as Rust source, as raw bytes, for the firmware of a project, or for
/// PyTorch, or all of it as ONNX.
///
/// For a device, batch normalisation is folded into the layers before it and dropout is left out: the
/// parameters are those of the network's deployed form. For PyTorch and in ONNX, they are those of the
/// model file.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ExportArguments {
    /// The model file.
    model_file: PathBuf,
    /// The form.
    #[arg(long)]
    format: Format,
    /// For safetensors: name the layers as this file does, which `import` reads.
    #[arg(long, value_name = "FILE")]
    like: Option<PathBuf>,
    /// For safetensors: a layer's name here and there, as in conv1=features.0, or a tensor's, as in
    /// conv1.weight=w1; can be given several times. With --like, which layer of that file is which.
    #[arg(long, value_name = "OURS=THEIRS", value_parser = str::parse::<Renaming>)]
    map: Vec<Renaming>,
    /// For onnx: the network's deployed form.
    #[arg(long)]
    deployed: bool,
    /// For firmware: directory of the data set that its few test images are of [default: the bundled
    /// MNIST].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to write it [default: beside the model file, ending in .rs, .bin, .safetensors, .onnx or
    /// .deployed.tinyconv; for firmware, the directory that the project's firmware includes].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- export trained/digits.tinyconv --format rust
  cargo run -p host-tools -- export trained/digits.tinyconv --format bin --out parameters.bin
  cargo run -p host-tools -- export trained/digits.tinyconv --format firmware --out firmware/trained
  cargo run -p host-tools -- export trained/digits.tinyconv --format safetensors --map conv1=features.0
  cargo run -p host-tools -- export trained/lenet.tinyconv --format model
  cargo run -p host-tools -- export trained/lenet.tinyconv --format onnx --deployed";

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A source file with `pub static PARAMETERS: [f32; N]`, exact to the bit.
    Rust,
    /// The block of parameters as little-endian `f32`.
    Bin,
    /// What the firmware of a project includes, three files: parameters.bin, images.bin, labels.bin.
    Firmware,
    /// A state dict for PyTorch: tensors with its names and layout.
    Safetensors,
    /// The network with its parameters, for onnxruntime, Netron and others.
    Onnx,
    /// A model file of the deployed form, for `eval`, `finetune`, `diff` and `import --base`.
    Model,
}

/// Options that do not fit the format.
#[derive(Debug, Error)]
pub enum ExportError {
    /// Names of tensors, for a format without.
    #[error(
        "--like and --map name the tensors of --format safetensors: give that format, or leave them out"
    )]
    Names,
    /// A data set, for a format without images.
    #[error(
        "--data is for the test images of --format firmware: give that format, or leave it out"
    )]
    Images,
    /// A choice between the two forms of a network, for a format that has none.
    #[error(
        "--deployed is for --format onnx: rust, bin and model are always the deployed form, safetensors never; \
         leave it out"
    )]
    Form,
    /// Nobody said where the files for the firmware go.
    #[error(
        "`{0}` has no firmware of its own in this program: say with --out which directory the files go to"
    )]
    NoFirmware(String),
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
        if self.deployed && !matches!(self.format, Format::Onnx) {
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
            Format::Model => ("deployed.tinyconv", export::deployed(&file)?),
        };
        let out = self.out.unwrap_or_else(|| self.model_file.with_extension(ending));
        files::check_result(&out, &self.model_file)?;
        files::write(&out, &content).context("the export was not written")?;
        let as_trained = match self.format {
            Format::Safetensors => true,
            Format::Onnx => !self.deployed,
            _ => false,
        };
        let count =
            if as_trained { file.parameters().len() } else { export::parameters(&file).len() };
        output::line(&format!("wrote {count} parameters to {}", out.display()))?;
        Ok(())
    }

    /// Writes what firmware includes.
    fn firmware(&self, networks: Networks, file: &ModelFile<'_>) -> anyhow::Result<()> {
        let model = files::any_model_of(networks, &self.model_file, file)?;
        let own = || model.firmware().ok_or_else(|| ExportError::NoFirmware(printable(file.name)));
        let directory = self.out.as_deref().map_or_else(own, Ok)?;
        firmware::check_writable(directory)?;
        let test = open_test(self.data.clone(), &*model)?.data;
        firmware::write(directory, file, &model.inputs(&test))?;
        let usual = model.recipe().normalisation;
        if file.normalisation != usual && model.firmware().is_some() {
            let Normalisation { mean, deviation } = file.normalisation;
            output::note(&format!(
                "note: to this model an input is (raw - {mean:?}) / {deviation:?}, to the recipe of \
                 `{}` it is (raw - {:?}) / {:?}: the firmware must do as the model",
                model.name(),
                usual.mean,
                usual.deviation
            ));
        }
        output::line(&format!("for the firmware: {}", directory.display()))?;
        Ok(())
    }

    /// The network in ONNX, in the form that was asked for.
    fn onnx(&self, file: &ModelFile<'_>) -> anyhow::Result<Vec<u8>> {
        if !self.deployed {
            return Ok(onnx::export(file));
        }
        let bytes = export::deployed(file)?;
        Ok(onnx::export(&ModelFile::parse(&bytes)?))
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
        let names = names()
            .with_context(|| format!("the layers cannot be named as in {}", like.display()))?;
        Ok(state_dict_of(file, &names)?)
    }
}
