//! `tinyconv sign`: a file as an update that a board takes.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use tinyconv_training::files;
use tinyconv_training::text::shown;

use super::output;
use crate::signing::SecretKey;

/// Sign an update, such as a model file, for boards that take no other.
///
/// Boards take each counter once, and only larger ones from then on.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct SignArguments {
    /// File to sign.
    file: PathBuf,
    /// Secret key, as `keygen` wrote it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Number of the update, larger than that of every one before.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    counter: u64,
    /// Where to write the update [default: FILE.signed].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- sign trained/digits.tinyconv --key updates.secret --counter 1
  cargo run -p host-tools -- sign tuned.tinyconv --key updates.secret --counter 2 --out update.bin";

#[derive(Serialize)]
struct Report {
    update: PathBuf,
    counter: u64,
    bytes: usize,
}

impl SignArguments {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        let out = self.out.unwrap_or_else(|| files::with_ending(&self.file, ".signed"));
        files::check_result(&out, &self.file)?;
        files::check_result(&out, &self.key)?;
        let content = files::read(&self.file)?;
        let key = String::from_utf8(files::read(&self.key)?).unwrap_or_default();
        let key = SecretKey::parse(&key);
        let key = key.with_context(|| format!("{} is no secret key", shown(&self.key)))?;
        let update = key.sign(self.counter, &content)?;
        files::write(&out, &update)?;
        let (bytes, counter) = (update.len(), self.counter);
        output::line(&if self.json {
            serde_json::to_string(&Report { update: out, counter, bytes })?
        } else {
            format!("update {counter}: {} ({bytes} bytes)", shown(&out))
        })?;
        Ok(())
    }
}
