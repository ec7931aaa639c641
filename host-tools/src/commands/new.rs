//! `tinyconv new`: a project of the user's own.

use std::path::{Path, PathBuf};

use crate::project::{Checkout, ProjectBoard, ProjectError, check_name, files, write};
use clap::{Args, ValueEnum};

use super::output;
use super::text::shell_word;

/// Create a project: a network, the program that trains it, firmware that runs it, and a test.
///
/// The firmware is for a board; if QEMU cannot emulate a machine like it, there is also firmware
/// for one that QEMU can. The project builds, trains and runs as generated, and is yours to change.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct NewArguments {
    /// Project directory; its last part is the name of the project.
    #[arg(value_name = "NAME", required_unless_present = "list")]
    project: Option<PathBuf>,
    /// Board to write firmware for.
    #[arg(long, value_enum, default_value = ProjectBoard::EMULATED)]
    board: ProjectBoard,
    /// Checkout of tinyconv that the project depends on [default: the one this program is from].
    #[arg(long, value_name = "DIR")]
    tinyconv: Option<PathBuf>,
    /// List the boards instead: name, Rust target, and the QEMU machine that runs the example.
    #[arg(long, conflicts_with = "project")]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- new ../my-net
  cargo run -p host-tools -- new ../my-net --board microbit-v2";

impl NewArguments {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        let Some(project) = self.project else {
            output::line(&list())?;
            return Ok(());
        };
        // `my-net/` and `./my-net` have a last part; `..` has none.
        let last = project.file_name().unwrap_or(project.as_os_str());
        let name = last.to_str().ok_or_else(|| ProjectError::PathIsNoText(last.into()))?;
        check_name(name)?;
        let checkout = Checkout::new(self.tinyconv.as_deref(), &project)?;
        let files = files(name, self.board, &checkout)?;
        write(&project, &files)?;
        output::line(&next(&project, self.board, files.len()))?;
        Ok(())
    }
}

/// A line for each board, for scripts.
fn list() -> String {
    let lines = ProjectBoard::value_variants().iter().map(|board| {
        let firmware = board.firmware();
        format!("{} {} {}", board.name(), firmware.target, firmware.machine.unwrap_or("-"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn next(project: &Path, board: ProjectBoard, files: usize) -> String {
    let flash = match board.is_emulated() {
        true => "",
        false => "\n      cd ../firmware && cargo run --release      # flashes the board",
    };
    format!(
        "wrote {files} files to {}, firmware for {}\n\
         next: cd {}\n      \
         cargo run                                  # trains the network\n      \
         cd {} && cargo run --release         # runs it in QEMU{flash}",
        project.display(),
        board.name(),
        shell_word(project),
        board.emulated(),
    )
}
