//! `tinyconv memory`: what fits in the RAM of a board.

mod bytes;
mod report;

use std::path::PathBuf;

use crate::files;
use crate::model::{self, Memory, Model};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::output;
use super::train::model_parser;
use bytes::bytes;
use report::Report;

/// List what fits in the RAM of a board: inference, and which layers can be trained in which way.
///
/// Of all networks of this program, or of one, or of that in a model file, whatever network it is.
/// Parameters that are not trained are in flash and not counted.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct MemoryArguments {
    /// A model file, whose network is looked at.
    #[arg(conflicts_with = "model")]
    model_file: Option<PathBuf>,
    /// The network [default: all].
    #[arg(long, value_name = "NAME", value_parser = model_parser())]
    model: Option<&'static dyn Model>,
    /// Bytes of RAM; K is 1024 bytes.
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    budget: usize,
    /// Bytes of it that are kept for the stack.
    #[arg(long, value_name = "BYTES", default_value = "1K", value_parser = bytes)]
    stack: usize,
    /// Where the input is.
    #[arg(long, value_name = "WHERE", default_value = "bytes")]
    input: Input,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- memory --budget 16K
  cargo run -p host-tools -- memory --budget 64K --model digits --input flash
  cargo run -p host-tools -- memory --budget 64K --stack 2K trained/digits.tinyconv";

/// Where the input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// Not in RAM.
    Flash,
    /// In RAM, a byte for each value.
    Bytes,
    /// In RAM, four bytes (`f32`) for each value.
    Floats,
}

impl Input {
    /// Bytes of RAM for so many values.
    fn ram(self, values: usize) -> usize {
        match self {
            Self::Flash => 0,
            Self::Bytes => values,
            Self::Floats => values.saturating_mul(size_of::<f32>()),
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Flash => "the input in flash",
            Self::Bytes => "the input in bytes",
            Self::Floats => "the input in `f32`",
        }
    }
}

impl MemoryArguments {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        let networks: Vec<(String, Memory)> = if let Some(path) = &self.model_file {
            let bytes = files::read(path)?;
            let file = files::parse(path, &bytes)?;
            vec![(file.name.to_owned(), files::memory_of(path, &file)?)]
        } else {
            let all = model::all().iter().copied();
            let one = |model: &&'static dyn Model| {
                self.model.is_none_or(|chosen| chosen.name() == model.name())
            };
            all.filter(one).map(|model| (model.name().to_owned(), model.memory())).collect()
        };
        let report = Report::new(self.budget, self.stack, self.input, &networks);
        let text = if self.json { serde_json::to_string(&report)? } else { report.text() };
        output::line(&text)?;
        Ok(())
    }
}
