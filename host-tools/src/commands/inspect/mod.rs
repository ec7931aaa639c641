//! `tinyconv inspect`: what is in a model file, and what it takes on a device.

mod report;

use std::path::PathBuf;

use clap::Args;
use tinyconv_training::files;
use tinyconv_training::model::Networks;

use super::board;
use super::output;
use report::Inspection;

/// Show a model file: layers, shapes, parameters, training, and memory on a device.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct InspectArguments {
    /// Model file to show.
    model_file: PathBuf,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Example:
  cargo run -p host-tools -- inspect trained/digits.tinyconv";

impl InspectArguments {
    /// Runs the command.
    pub fn run(self, networks: Networks) -> anyhow::Result<()> {
        let bytes = files::read(&self.model_file)?;
        let file = files::parse(&self.model_file, &bytes)?;
        let memory = files::memory_of(&self.model_file, &file)?;
        let report = Inspection::new(&file, memory);
        let mut text = if self.json { serde_json::to_string(&report)? } else { report.text() };
        if let Some(board) = board::of_project(networks)?.filter(|_| !self.json) {
            text += &format!("\n\n{}", board::line(board, report.memory()));
        }
        output::line(&text)?;
        Ok(())
    }
}
