//! `tinyconv new`: a project of the user's own.

use std::path::{Path, PathBuf};

use crate::project::{Board, Checkout, ProjectError, check_name, files, write};
use clap::Args;

use super::output;
use super::text::shell_word;

/// Write a new project: a network, the program that trains it, firmware that runs it, and a test.
///
/// The firmware is for a board and, where QEMU has no machine like it, for one that QEMU has, too.
/// It builds, trains and runs as it is written, and is there to be changed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct NewArguments {
    /// The project's directory, whose last part is its name.
    #[arg(value_name = "NAME")]
    project: PathBuf,
    /// The board.
    #[arg(long, value_enum, default_value = Board::QemuMps2.name())]
    board: Board,
    /// The checkout of tinyconv that the project depends on [default: the one of this program].
    #[arg(long, value_name = "DIR")]
    tinyconv: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- new ../my-net
  cargo run -p host-tools -- new ../my-net --board microbit-v2";

impl NewArguments {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        // `my-net/` and `./my-net` have a last part; `..` has none.
        let last = self.project.file_name().unwrap_or(self.project.as_os_str());
        let name = last.to_str().ok_or_else(|| ProjectError::PathIsNoText(last.into()))?;
        check_name(name)?;
        let checkout = Checkout::new(self.tinyconv.as_deref())?;
        let files = files(name, self.board, &checkout);
        write(&self.project, &files)?;
        output::line(&next(&self.project, self.board, files.len()))?;
        Ok(())
    }
}

fn next(project: &Path, board: Board, files: usize) -> String {
    let flash = match board {
        Board::QemuMps2 => "",
        _ => "\n      cd ../firmware && cargo run --release      # flashes the board",
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
