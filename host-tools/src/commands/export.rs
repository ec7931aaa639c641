//! `tinyconv export`: the parameters in a form that firmware builds in, or that other programs read.

use std::path::PathBuf;

use crate::exchange::onnx;
use crate::exchange::{NamedLayer, Renaming, StateDict, match_layers, state_dict_of};
use crate::{export, files};
use anyhow::Context;
use clap::{Args, ValueEnum};
use thiserror::Error;
use tinyconv::model_file::ModelFile;

use super::output;

/// Write a model's parameters as Rust source, as raw bytes, or for PyTorch, or all of it as ONNX.
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
    /// Where to write it [default: beside the model file, ending in .rs, .bin, .safetensors, .onnx or
    /// .deployed.tinyconv].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- export trained/digits.tinyconv --format rust
  cargo run -p host-tools -- export trained/digits.tinyconv --format bin --out parameters.bin
  cargo run -p host-tools -- export trained/digits.tinyconv --format safetensors --map conv1=features.0
  cargo run -p host-tools -- export trained/lenet.tinyconv --format model
  cargo run -p host-tools -- export trained/lenet.tinyconv --format onnx --deployed";

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A source file with `pub static PARAMETERS: [f32; N]`, exact to the bit.
    Rust,
    /// The block of parameters as little-endian `f32`.
    Bin,
    /// A state dict for PyTorch: tensors with its names and layout.
    Safetensors,
    /// The network with its parameters, for onnxruntime, Netron and others.
    Onnx,
    /// A model file of the deployed form, for `eval`, `finetune`, `diff` and `import --base`.
    Model,
}

/// An option that belongs to another format.
#[derive(Debug, Error)]
#[error(
    "--like and --map name the tensors of --format safetensors: give that format, or leave them out"
)]
pub struct NotNamed;

/// An option for the one format that comes in both forms.
#[derive(Debug, Error)]
#[error(
    "--deployed is for --format onnx: rust, bin and model are always the deployed form, safetensors never; \
     leave it out"
)]
pub struct NotAChoice;

impl ExportArguments {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        let bytes = files::read(&self.model_file)?;
        let file = files::parse(&self.model_file, &bytes)?;
        let named = self.like.is_some() || !self.map.is_empty();
        if named && !matches!(self.format, Format::Safetensors) {
            return Err(NotNamed.into());
        }
        if self.deployed && !matches!(self.format, Format::Onnx) {
            return Err(NotAChoice.into());
        }
        let (ending, content) = match self.format {
            Format::Rust => ("rs", export::rust_source(&file).into_bytes()),
            Format::Bin => ("bin", export::raw(&file)),
            Format::Safetensors => ("safetensors", self.state_dict(&file)?),
            Format::Onnx => ("onnx", self.onnx(&file)?),
            Format::Model => ("deployed.tinyconv", export::deployed(&file)?),
        };
        let out = self.out.unwrap_or_else(|| self.model_file.with_extension(ending));
        files::check_result(&out, &self.model_file)?;
        files::write(&out, &content).context("the export was not written")?;
        let count = match self.format {
            Format::Onnx if !self.deployed => file.parameters().len(),
            Format::Onnx => export::parameters(&file).len(),
            Format::Safetensors => file.parameters().len(),
            Format::Rust | Format::Bin | Format::Model => export::parameters(&file).len(),
        };
        output::line(&format!("wrote {count} parameters to {}", out.display()))?;
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
