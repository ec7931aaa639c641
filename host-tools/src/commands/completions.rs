//! `tinyconv completions`: what a shell needs to complete this program's arguments.

use std::path::Path;

use clap::Args;
use clap_complete::Shell;

use super::output;

/// Print shell completions.
///
/// They complete the name that this program was called by, which must be in PATH: tinyconv, after
/// `cargo install --path host-tools`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct CompletionsArguments {
    /// Shell to complete for.
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- completions bash > ~/.local/share/bash-completion/completions/tinyconv
  cargo run -p host-tools -- completions fish > ~/.config/fish/completions/tinyconv.fish
  cargo run -p host-tools -- completions zsh > ~/.zfunc/_tinyconv";

impl CompletionsArguments {
    /// Runs the command, for the program that `command` defines.
    pub fn run(self, mut command: clap::Command) -> anyhow::Result<()> {
        let called = std::env::args_os().next().unwrap_or_default();
        let name = Path::new(&called).file_stem().and_then(|name| name.to_str());
        let name = name.unwrap_or(command.get_name()).to_owned();
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut command, name, &mut text);
        output::line(String::from_utf8_lossy(&text).trim_end())?;
        Ok(())
    }
}
