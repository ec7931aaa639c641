//! What the user types: the commands, and how their errors become messages and exit codes.
//!
//! All of the tool is behind [`run`], so that a program of yours is this tool for networks of yours.

mod bench;
mod board;
mod completions;
mod data;
mod diff;
mod eval;
mod export;
mod filter;
mod finetune;
mod import;
mod inspect;
mod kept;
mod keygen;
mod limits;
mod memory;
mod networks;
mod new;
mod output;
mod predict;
mod program;
mod report;
mod reproduce;
mod serve;
mod sign;
mod table;
mod text;
mod train;
mod unexpected;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use tinyconv_training::files::FileError;
use tinyconv_training::model::{Model, Networks};

use bench::BenchArguments;
use completions::CompletionsArguments;
use diff::DiffArguments;
use eval::EvalArguments;
use export::ExportArguments;
use filter::FilterArguments;
use finetune::FinetuneArguments;
use import::ImportArguments;
use inspect::InspectArguments;
use keygen::KeygenArguments;
use memory::MemoryArguments;
use new::NewArguments;
use predict::PredictArguments;
use reproduce::ReproduceArguments;
use serve::ServeArguments;
use sign::SignArguments;
use train::TrainArguments;
use unexpected::Unexpected;

/// Something happened that no input explains, such as a full disk.
const UNEXPECTED: u8 = 1;
/// The input or the options are at fault; clap uses the same number.
const BAD_INPUT: u8 = 2;

/// Train and evaluate small convolutional networks, and export them to microcontrollers.
///
/// Without a command, it runs `train` (see `train --help`): by default, it trains the network
/// `digits` on the bundled MNIST.
#[derive(Parser)]
#[command(name = "tinyconv", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    train: TrainArguments,
    /// Print only results and errors: no progress, no notes.
    #[arg(long, short, global = true)]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools
  cargo run -p host-tools -- --epochs 3
  cargo run -p host-tools -- eval trained/digits.tinyconv

Exit codes:
  0    success; also when the first Ctrl-C or SIGTERM stops `train`, which saves the model trained
       so far
  1    unexpected error, such as a full disk; `diff --exit-code`: the files differ
  2    bad input or options, or training diverged; nothing was overwritten
  3    `memory --budget` or `--board`: nothing fits
  130  stopped by Ctrl-C
  143  stopped by SIGTERM

Set NO_COLOR to turn off colours. Progress bars need a terminal on standard error, and are off with
TERM=dumb.";

#[derive(Subcommand)]
enum Command {
    Train(TrainArguments),
    Eval(EvalArguments),
    Predict(PredictArguments),
    Inspect(InspectArguments),
    Memory(MemoryArguments),
    Export(ExportArguments),
    Import(ImportArguments),
    Diff(DiffArguments),
    Finetune(FinetuneArguments),
    Bench(BenchArguments),
    Reproduce(ReproduceArguments),
    Filter(FilterArguments),
    New(NewArguments),
    Completions(CompletionsArguments),
    Serve(ServeArguments),
    Keygen(KeygenArguments),
    Sign(SignArguments),
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
/// static NETWORKS: [&dyn Model; 1] =
///     [&Of::<Linear>::new("linear", &["even", "odd"], || MODELS[0].recipe())];
///
/// fn main() -> std::process::ExitCode {
///     host_tools::commands::run(&NETWORKS)
/// }
/// ```
///
/// # Panics
/// If there are no models.
pub fn run(models: &'static [&'static dyn Model]) -> ExitCode {
    let networks = Networks::new(models);
    let cli = parse(std::env::args_os(), networks).unwrap_or_else(|error| error.exit());
    if cli.quiet {
        output::be_quiet();
    }
    let outcome = match cli.command.unwrap_or(Command::Train(cli.train)) {
        Command::Train(arguments) => arguments.run(networks),
        Command::Eval(arguments) => arguments.run(networks),
        Command::Predict(arguments) => arguments.run(networks),
        Command::Inspect(arguments) => arguments.run(networks),
        Command::Memory(arguments) => match arguments.run(networks) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Export(arguments) => arguments.run(networks),
        Command::Import(arguments) => arguments.run(networks),
        Command::Diff(arguments) => match arguments.run() {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Finetune(arguments) => arguments.run(networks),
        Command::Bench(arguments) => arguments.run(networks),
        Command::Reproduce(arguments) => arguments.run(),
        Command::Filter(arguments) => arguments.run(),
        Command::New(arguments) => arguments.run(networks),
        Command::Completions(arguments) => arguments.run(command(networks)),
        Command::Serve(arguments) => arguments.run(),
        Command::Keygen(arguments) => arguments.run(),
        Command::Sign(arguments) => arguments.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::trouble("error", error.as_ref());
            exit_code(&error).into()
        }
    }
}

/// The command line of a program with these networks.
fn command(networks: Networks) -> clap::Command {
    program::addressed(networks::with_networks(Cli::command(), networks), networks)
}

/// Reads a command line. The options of `train` before another command mean nothing to that one.
fn parse<A: Into<OsString> + Clone>(
    arguments: impl IntoIterator<Item = A>,
    networks: Networks,
) -> Result<Cli, clap::Error> {
    let mut command = command(networks);
    let matches = command.try_get_matches_from_mut(arguments)?;
    if let Some(name) = matches.subcommand_name() {
        let given = |argument: &&clap::Arg| {
            let id = argument.get_id().as_str();
            matches.value_source(id) == Some(ValueSource::CommandLine)
        };
        let found = command
            .get_arguments()
            .filter(|argument| !argument.is_global_set())
            .find(given)
            .map(ToString::to_string);
        if let Some(argument) = found {
            let message = format!(
                "`{argument}` before `{name}` is a training option: write it after `train`"
            );
            return Err(command.error(ErrorKind::ArgumentConflict, message));
        }
    }
    Cli::from_arg_matches(&matches)
}

/// Whatever is not marked as unexpected is the input's fault.
fn exit_code(error: &anyhow::Error) -> u8 {
    let is_unexpected = error.chain().any(|cause| {
        let is_full = |error: &io::Error| error.kind() == io::ErrorKind::StorageFull;
        cause.is::<Unexpected>()
            || matches!(cause.downcast_ref(), Some(FileError::Write { .. }))
            || cause.downcast_ref().is_some_and(is_full)
    });
    if is_unexpected { UNEXPECTED } else { BAD_INPUT }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MODELS;

    fn networks() -> Networks {
        Networks::new(&MODELS)
    }

    /// The lines under the heading `Examples:` of a help text; those that end with a backslash go on.
    fn examples(command: &clap::Command) -> Vec<String> {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let lines = help.lines().skip_while(|line| !line.starts_with("Example"));
        let indented: Vec<&str> = lines.skip(1).take_while(|line| line.starts_with("  ")).collect();
        let joined = indented.join("\n").replace("\\\n", " ");
        joined.lines().map(|line| line.trim().to_owned()).collect()
    }

    #[test]
    fn every_command_has_examples_that_work() {
        let cli = command(networks());
        assert!(cli.get_subcommands().count() >= 10);
        for command in cli.get_subcommands().chain([&cli]) {
            let (name, mut examples) = (command.get_name(), examples(command));
            // A line may be about another program, whose output this one takes.
            examples.retain(|example| example.starts_with("cargo "));
            assert!(!examples.is_empty(), "{name} has no examples");
            for example in examples {
                // What a shell does with the output is none of the program's arguments.
                let line = example.split(" > ").next().unwrap();
                let mut words = line.split_whitespace().peekable();
                let start: Vec<&str> =
                    std::iter::from_fn(|| words.next_if(|word| *word != "--")).collect();
                assert_eq!(start.join(" ").replace("--release ", ""), "cargo run -p host-tools");
                let arguments: Vec<&str> = words.skip(1).collect();
                assert!(
                    name == "tinyconv" || arguments.first() == Some(&name),
                    "an example of {name} is about something else: {example}"
                );
                let parsed = parse([&["tinyconv"], &arguments[..]].concat(), networks());
                assert!(parsed.is_ok(), "{example}: {}", parsed.err().unwrap());
            }
        }
    }

    #[test]
    fn options_of_training_before_another_command() {
        for words in ["--quiet eval a", "eval a --quiet", "-q", "-q train", "train --epochs 3 -q"] {
            let words = ["tinyconv"].into_iter().chain(words.split(' '));
            assert!(parse(words.clone(), networks()).is_ok_and(|cli| cli.quiet), "{words:?}");
        }
        for words in ["--epochs 3 eval a", "--json memory"] {
            let error =
                parse(["tinyconv"].into_iter().chain(words.split(' ')), networks()).err().unwrap();
            assert!(error.to_string().contains("write it after `train`"), "{error}");
        }
    }

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        command(networks()).debug_assert();
    }
}
