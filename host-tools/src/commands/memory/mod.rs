//! `tinyconv memory`: what fits in the RAM of a board.

mod bytes;
mod overview;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tinyconv_report::boards::{self, BOARDS, Board, Input, Room};
use tinyconv_training::files;
use tinyconv_training::model::{Memory, Model, Networks};

use super::board;
use super::output;
pub use bytes::bytes;
use overview::Overview;
use report::MemoryReport;

/// List the boards that can run a network, train its last layer, or train all of it; or list what
/// fits in the RAM of one board.
///
/// Covers all networks of this program, one of them, or any network in a model file. Parameters
/// that are not trained stay in flash. With --budget or --board, the list has every way that fits
/// to train every part of the network.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct MemoryArguments {
    /// Model file with the network.
    #[arg(conflicts_with = "model")]
    model_file: Option<PathBuf>,
    /// Network [default: all].
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// List what fits in this many bytes of RAM; K is 1024 bytes.
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    budget: Option<usize>,
    /// List what fits in the RAM and flash of this board.
    #[arg(long, value_name = "NAME", value_parser = board_parser(), conflicts_with = "budget")]
    board: Option<&'static Board>,
    /// Bytes of RAM reserved for the stack.
    #[arg(long, value_name = "BYTES", default_value = "2K", value_parser = bytes)]
    stack: usize,
    /// Where the input is stored.
    #[arg(long, value_name = "WHERE", default_value = "bytes")]
    input: Input,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

/// The exit code if nothing fits.
const NOTHING_FITS: u8 = 3;

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- memory trained/digits.tinyconv
  cargo run -p host-tools -- memory --board microbit-v1
  cargo run -p host-tools -- memory --budget 16K
  cargo run -p host-tools -- memory --budget 64K --model digits --input flash
  cargo run -p host-tools -- memory --budget 64K --stack 2K trained/digits.tinyconv";

impl MemoryArguments {
    /// Runs the command.
    pub fn run(self, networks: Networks) -> anyhow::Result<ExitCode> {
        let memories: Vec<(String, Memory)> = if let Some(path) = &self.model_file {
            let bytes = files::read(path)?;
            let file = files::parse(path, &bytes)?;
            vec![(file.name.to_owned(), files::memory_of(path, &file)?)]
        } else {
            let one = |model: &&&dyn Model| {
                self.model.as_ref().is_none_or(|chosen| chosen == model.name())
            };
            networks
                .all()
                .iter()
                .filter(one)
                .map(|model| (model.name().to_owned(), model.memory()))
                .collect()
        };
        let room = Room { stack: self.stack, input: self.input };
        let mut code = ExitCode::SUCCESS;
        let text = match (self.budget, self.board) {
            (None, None) => {
                let overview = Overview::new(room, &memories, board::of_project(networks)?);
                if self.json { serde_json::to_string(&overview)? } else { overview.text() }
            }
            (budget, board) => {
                let ram = board.map_or(0, |board| board.ram);
                let report = MemoryReport::new(budget.unwrap_or(ram), board, room, &memories);
                if !report.has_room() {
                    code = NOTHING_FITS.into();
                }
                if self.json { serde_json::to_string(&report)? } else { report.text() }
            }
        };
        output::line(&text)?;
        Ok(code)
    }
}

/// Takes the name of a board.
fn board_parser() -> impl TypedValueParser<Value = &'static Board> {
    PossibleValuesParser::new(BOARDS.iter().map(|board| board.name))
        .map(|name| boards::named(&name).expect("the parser lets only known names through"))
}
