//! What the user types: the commands, and how their errors become messages and exit codes.

mod bench;
mod eval;
mod export;
mod filter;
mod finetune;
mod inspect;
mod memory;
mod output;
mod reproduce;
mod table;
mod text;
mod train;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use host_tools::data::DataError;
use host_tools::files::FileError;
use host_tools::filter::FilterError;
use host_tools::finetune::FinetuneError;
use host_tools::plot::PlotError;
use host_tools::reproduce::{Failure, InvalidAxes};
use host_tools::training::InvalidOptions;

use bench::BenchArguments;
use eval::EvalArguments;
use export::ExportArguments;
use filter::FilterArguments;
use finetune::FinetuneArguments;
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
    Finetune(FinetuneArguments),
    Bench(BenchArguments),
    Reproduce(ReproduceArguments),
    Filter(FilterArguments),
}

/// Does what the command line says.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command.unwrap_or(Command::Train(cli.train)) {
        Command::Train(arguments) => arguments.run(),
        Command::Eval(arguments) => arguments.run(),
        Command::Inspect(arguments) => arguments.run(),
        Command::Memory(arguments) => arguments.run(),
        Command::Export(arguments) => arguments.run(),
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
            || cause
                .downcast_ref()
                .is_some_and(|error: &FileError| !matches!(error, FileError::Write { .. }))
    });
    if bad_input { BAD_INPUT } else { UNEXPECTED }
}
