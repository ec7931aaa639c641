//! `tinyconv export`: the parameters in a form that firmware builds in.

use std::path::PathBuf;

use crate::files::FileError;
use crate::{export, files};
use anyhow::Context;
use clap::{Args, ValueEnum};

use super::output;

/// Write a model's parameters as Rust source or as raw bytes.
///
/// Batch normalisation is folded into the layers before it, dropout is left out: the parameters are
/// those of the network's deployed form.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ExportArguments {
    /// The model file.
    model_file: PathBuf,
    /// The form.
    #[arg(long)]
    format: Format,
    /// Where to write it [default: beside the model file, ending in .rs or .bin].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- export trained/digits.tinyconv --format rust
  cargo run -p host-tools -- export trained/digits.tinyconv --format bin --out parameters.bin";

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A source file with `pub static PARAMETERS: [f32; N]`, exact to the bit.
    Rust,
    /// The block of parameters as little-endian `f32`.
    Bin,
}

impl ExportArguments {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        let bytes = files::read(&self.model_file)?;
        let file = files::parse(&self.model_file, &bytes)?;
        let (ending, content) = match self.format {
            Format::Rust => ("rs", export::rust_source(&file).into_bytes()),
            Format::Bin => ("bin", export::raw(&file)),
        };
        let out = self.out.unwrap_or_else(|| self.model_file.with_extension(ending));
        let same = |path: &PathBuf| path.canonicalize().ok();
        if same(&out).is_some_and(|path| Some(path) == same(&self.model_file)) {
            let source = std::io::Error::other("that is the model file itself");
            return Err(FileError::Unwritable { path: out, source }.into());
        }
        files::check_writable(&out)?;
        files::write(&out, &content).context("the export was not written")?;
        let count = export::parameters(&file).len();
        output::line(&format!("wrote {count} parameters to {}", out.display()))?;
        Ok(())
    }
}
