//! `tinyconv diff`: what is the same in two model files, and what is not.

mod change;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use tinyconv_training::files;

use super::output;
use report::Comparison;

/// Compare two model files, layer by layer.
///
/// For each layer with parameters: how many differ in any bit, the largest and the mean difference,
/// the norm of the difference relative to the norm of A's parameters, and the cosine of the angle
/// between A's and B's. Layers that only one file has are listed too.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct DiffArguments {
    /// First model file (A).
    a: PathBuf,
    /// Second model file (B).
    b: PathBuf,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
    /// Exit with code 1 if the files differ at all.
    #[arg(long)]
    exit_code: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- diff trained/digits.tinyconv tuned.tinyconv
  cargo run -p host-tools -- diff trained/digits.tinyconv tuned.tinyconv --json --exit-code";

impl DiffArguments {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let [a, b] = [files::read(&self.a)?, files::read(&self.b)?];
        let (file_a, file_b) = (files::parse(&self.a, &a)?, files::parse(&self.b, &b)?);
        let report = Comparison::new((&file_a, a.len()), (&file_b, b.len()), a == b);
        let text = if self.json { serde_json::to_string(&report)? } else { report.text() };
        output::line(&text)?;
        let differ = self.exit_code && a != b;
        Ok(if differ { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
