//! `tinyconv new`: a project of the user's own.

use std::path::{Path, PathBuf};

use crate::project::{self, Checkout, ProjectBoard, ProjectError, Start, check_name, write};
use clap::{Args, ValueEnum};
use serde::Serialize;
use tinyconv_training::data::{DataError, Opened, Split};
use tinyconv_training::files;
use tinyconv_training::model::Networks;
use tinyconv_training::text::shown;
use tinyconv_training::training::MOST_OUTPUTS;

use super::data::{DIGITS, MNIST_IMAGES, open_test};
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
    /// Data set directory: as many classes as it has, and `train` and the other commands use it.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Model file to begin with, as `import` or `train` writes it: its network and its parameters.
    #[arg(long, value_name = "MODEL")]
    from: Option<PathBuf>,
    /// List the boards instead: name, Rust target, and the QEMU machine that runs the example.
    #[arg(long, conflicts_with = "project")]
    list: bool,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// The project that was written.
#[derive(Serialize)]
struct Report<'a> {
    project: &'a Path,
    name: &'a str,
    board: &'static str,
    /// It begins with a trained model.
    trained: bool,
    /// Within the project.
    files: Vec<&'a str>,
}

/// The boards that firmware is written for.
#[derive(Serialize)]
struct Boards {
    boards: Vec<Board>,
}

/// A board.
#[derive(Serialize)]
struct Board {
    name: &'static str,
    /// Rust's.
    target: &'static str,
    /// QEMU's machine that runs the example, if there is one.
    machine: Option<&'static str>,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- new ../my-net
  cargo run -p host-tools -- new ../my-net --board microbit-v2
  cargo run -p host-tools -- new ../pets --data ../pictures
  cargo run -p host-tools -- new ../my-net --from net.tinyconv --data ../pictures";

impl NewArguments {
    /// Runs the command.
    pub fn run(self, networks: Networks) -> anyhow::Result<()> {
        let Some(project) = self.project else {
            let boards = boards();
            let text = if self.json { serde_json::to_string(&boards)? } else { list(&boards) };
            output::line(&text)?;
            return Ok(());
        };
        // `my-net/` and `./my-net` have a last part; `..` has none.
        let last = project.file_name().unwrap_or(project.as_os_str());
        let name = last.to_str().ok_or_else(|| ProjectError::PathIsNoText(last.into()))?;
        check_name(name)?;
        let checkout = Checkout::new(self.tinyconv.as_deref(), &project)?;
        let start = start(name, self.from.as_deref(), self.data.as_deref(), networks)?;
        let start = match &self.data {
            Some(data) => start.with_data(&project::seen_from(&project, data)),
            None => start,
        };
        let is_trained = !start.trained.is_empty();
        let texts = project::files(name, self.board, &checkout, &start)?;
        let texts = texts.into_iter().map(|(path, text)| (path, text.into_bytes()));
        let trained =
            start.trained.into_iter().map(|(name, bytes)| (format!("trained/{name}"), bytes));
        let files: Vec<_> = texts.chain(trained).collect();
        write(&project, &files)?;
        output::line(&if self.json {
            let (board, trained) = (self.board.name(), is_trained);
            let files = files.iter().map(|(path, _)| &**path).collect();
            serde_json::to_string(&Report { project: &project, name, board, trained, files })?
        } else {
            next(&project, self.board, files.len(), is_trained)
        })?;
        Ok(())
    }
}

fn boards() -> Boards {
    let boards = ProjectBoard::value_variants().iter().map(|board| {
        let firmware = board.firmware();
        Board { name: board.name(), target: firmware.target, machine: firmware.machine }
    });
    Boards { boards: boards.collect() }
}

/// A line for each board, for scripts.
fn list(boards: &Boards) -> String {
    let lines = boards.boards.iter().map(|Board { name, target, machine }| {
        format!("{name} {target} {}", machine.unwrap_or("-"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What the project begins with.
fn start(
    name: &str,
    from: Option<&Path>,
    data: Option<&Path>,
    networks: Networks,
) -> anyhow::Result<Start> {
    if let Some(path) = from {
        let bytes = files::read(path)?;
        let file = files::parse(path, &bytes)?;
        let model = files::any_model_of(networks, path, &file)?;
        let test = open_test(data, &*model, &file.labels, file.data)?.data;
        return Start::model(name, &file, &test.bordered(model.border()));
    }
    let Some(directory) = data else { return Ok(Start::classes(DIGITS.len())) };
    // Any number of classes that can be told apart; the pictures are looked at by `train`.
    let opened = match Opened::<Split>::open_test(directory, MNIST_IMAGES, MOST_OUTPUTS) {
        // A table says itself how many numbers it has.
        Err(DataError::TargetFields { found, .. }) => return Ok(Start::classes(found.max(2) - 1)),
        opened => opened?,
    };
    let classes = opened.labels.map_or_else(
        || opened.data.labels.iter().max().map_or(0, |&last| usize::from(last) + 1),
        |names| names.len(),
    );
    Ok(Start::classes(classes))
}

fn next(project: &Path, board: ProjectBoard, files: usize, is_trained: bool) -> String {
    let train = match is_trained {
        true => {
            "cargo test                                 # compares the firmware in QEMU with the host"
        }
        false => "cargo run                                  # trains the network",
    };
    let flash = match board.is_emulated() {
        true => "",
        false => "\n      cd ../firmware && cargo run --release      # flashes the board",
    };
    format!(
        "wrote {files} files to {}, firmware for {}\n\
         next: cd {}\n      \
         {train}\n      \
         cd {} && cargo run --release         # runs it in QEMU{flash}",
        shown(project),
        board.name(),
        shell_word(project),
        board.emulated(),
    )
}
