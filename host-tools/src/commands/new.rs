//! `tinyconv new`: a project of the user's own.

use std::path::{Path, PathBuf};

use crate::project::{Board, Checkout, ProjectError, check_name, files, write};
use clap::Args;

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
    #[arg(value_name = "NAME")]
    project: PathBuf,
    /// Board to write firmware for.
    #[arg(long, value_enum, default_value = Board::QemuMps2.name())]
    board: Board,
    /// Checkout of tinyconv that the project depends on [default: the one this program is from].
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
