//! What the user types: the commands, and how their errors become messages and exit codes.
//!
//! All of the tool is behind [`run`], so that a program of yours is this tool for networks of yours.

mod bench;
mod eval;
mod export;
mod filter;
mod finetune;
mod import;
mod inspect;
mod memory;
mod output;
mod reproduce;
mod table;
mod text;
mod train;

use std::process::ExitCode;

use crate::data::DataError;
use crate::exchange::{MatchError, ReadBackError, StateDictError};
use crate::files::FileError;
use crate::filter::FilterError;
use crate::finetune::FinetuneError;
use crate::model::{self, Model};
use crate::plot::PlotError;
use crate::reproduce::{Failure, InvalidAxes};
use crate::training::InvalidOptions;
use clap::{Parser, Subcommand};

use bench::BenchArguments;
use eval::EvalArguments;
use export::{ExportArguments, NotNamed};
use filter::FilterArguments;
use finetune::FinetuneArguments;
use import::{ImportArguments, ImportError};
use inspect::InspectArguments;
use memory::MemoryArguments;
use reproduce::ReproduceArguments;
use train::{Diverged, TrainArguments};

/// Something happened that no input explains, such as a full disk.
const UNEXPECTED: u8 = 1;
/// The input or the options are at fault; clap uses the same number.
const BAD_INPUT: u8 = 2;

/// Trains small convolutional networks, judges them, and exports them to microcontrollers.
///
/// Without a command, it trains (see `train --help`): the network `digits` on the bundled MNIST,
/// if no option says otherwise.
#[derive(Parser)]
#[command(name = "tinyconv", version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    train: TrainArguments,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools
  cargo run -p host-tools -- --epochs 3
  cargo run -p host-tools -- eval trained/digits.tinyconv";

#[derive(Subcommand)]
enum Command {
    Train(TrainArguments),
    Eval(EvalArguments),
    Inspect(InspectArguments),
    Memory(MemoryArguments),
    Export(ExportArguments),
    Import(ImportArguments),
    Finetune(FinetuneArguments),
    Bench(BenchArguments),
    Reproduce(ReproduceArguments),
    Filter(FilterArguments),
}

/// Does what the command line says, with `models` as the networks that have a name; the first one is
/// that of commands that name none.
///
/// ```no_run
/// use host_tools::model::{MODELS, Model, Of};
///
/// tinyconv::network! {
///     pub Linear: 1 x 28 x 28 { Dense { out: 2 } }
/// }
///
/// static LINEAR: Of<Linear> = Of::new("linear", &["even", "odd"], || MODELS[0].recipe());
/// static NETWORKS: [&dyn Model; 1] = [&LINEAR];
///
/// fn main() -> std::process::ExitCode {
///     host_tools::commands::run(&NETWORKS)
/// }
/// ```
///
/// # Panics
/// If there are no models.
pub fn run(models: &'static [&'static dyn Model]) -> ExitCode {
    assert!(!models.is_empty(), "a network that the commands are about");
    model::register(models);
    let cli = Cli::parse();
    let outcome = match cli.command.unwrap_or(Command::Train(cli.train)) {
        Command::Train(arguments) => arguments.run(),
        Command::Eval(arguments) => arguments.run(),
        Command::Inspect(arguments) => arguments.run(),
        Command::Memory(arguments) => arguments.run(),
        Command::Export(arguments) => arguments.run(),
        Command::Import(arguments) => arguments.run(),
        Command::Finetune(arguments) => arguments.run(),
        Command::Bench(arguments) => arguments.run(),
        Command::Reproduce(arguments) => arguments.run(),
        Command::Filter(arguments) => arguments.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(&format!("error: {error}"));
            for cause in error.chain().skip(1) {
                output::note(&format!("  because: {cause}"));
            }
            exit_code(&error).into()
        }
    }
}

fn exit_code(error: &anyhow::Error) -> u8 {
    let bad_input = error.chain().any(|cause| {
        cause.is::<DataError>()
            || cause.is::<InvalidOptions>()
            || cause.is::<FinetuneError>()
            || cause.is::<Failure>()
            || cause.is::<InvalidAxes>()
            || cause.is::<FilterError>()
            || cause.is::<PlotError>()
            || cause.is::<Diverged>()
            || cause.is::<MatchError>()
            || cause.is::<StateDictError>()
            || cause.is::<ReadBackError>()
            || cause.is::<ImportError>()
            || cause.is::<NotNamed>()
            || cause
                .downcast_ref()
                .is_some_and(|error: &FileError| !matches!(error, FileError::Write { .. }))
    });
    if bad_input { BAD_INPUT } else { UNEXPECTED }
}
