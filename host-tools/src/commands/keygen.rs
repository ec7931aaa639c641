//! `tinyconv keygen`: the two keys of signed updates.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use thiserror::Error;
use tinyconv_training::files::{FileSet, with_ending};
use tinyconv_training::text::shown;

use super::output;
use crate::signing::{SecretKey, hexadecimal};

/// Make a pair of keys for signed updates.
///
/// Writes NAME.secret, which signs (keep it to yourself, and a copy of it), and NAME.public, which
/// firmware has. Keys that are there are never replaced.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct KeygenArguments {
    /// Name of the files, without an ending.
    #[arg(long, value_name = "NAME", default_value = "updates")]
    out: PathBuf,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- keygen
  cargo run -p host-tools -- keygen --out keys/thermostat";

/// A key would be lost.
#[derive(Debug, Error)]
#[error("{} is there, and what it signed would be lost: give another name with --out", shown(.0))]
struct KeyExists(PathBuf);

#[derive(Serialize)]
struct Report {
    secret: PathBuf,
    public: PathBuf,
    /// Hexadecimal.
    key: String,
}

impl KeygenArguments {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        let [secret, public] = [".secret", ".public"].map(|ending| with_ending(&self.out, ending));
        if let Some(there) = [&secret, &public].into_iter().find(|it| it.symlink_metadata().is_ok())
        {
            return Err(KeyExists(there.clone()).into());
        }
        let key = SecretKey::generate()?;
        let mut written = FileSet::default();
        written.add_private(&secret, key.text().as_bytes())?;
        let text = hexadecimal(&key.public());
        written.add(&public, text.as_bytes())?;
        written.commit()?;
        if self.json {
            let key = text.trim().to_owned();
            output::line(&serde_json::to_string(&Report { secret, public, key })?)?;
            return Ok(());
        }
        let bytes = key.public().map(|byte| format!("{byte:#04x}"));
        let lines: Vec<String> =
            bytes.chunks(8).map(|line| format!("    {},", line.join(", "))).collect();
        output::line(&format!(
            "secret key: {} (who has it can make updates)\npublic key: {}\nfor the firmware:\n\n\
             const KEY: [u8; 32] = [\n{}\n];",
            shown(&secret),
            shown(&public),
            lines.join("\n")
        ))?;
        Ok(())
    }
}
