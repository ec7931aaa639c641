//! What the command line says about networks: only those that the program knows have names.

use clap::Command;
use clap::builder::PossibleValuesParser;

use super::program::usual_model_file;
use super::train;
use tinyconv_training::model::{Model, Networks};

/// The option that names a network.
const NAME: &str = "model";

/// What an argument's default is before the program's networks are known.
pub const FIRST: &str = "the first network";

/// `command` with the names of `networks` as the values of `--model`, and the first of them in its defaults.
pub fn with_networks(mut command: Command, networks: Networks) -> Command {
    let first = |argument: &clap::Arg| argument.get_default_values().iter().any(|it| it == FIRST);
    let ids: Vec<_> = command
        .get_arguments()
        .map(|argument| (argument.get_id().clone(), first(argument)))
        .collect();
    for (id, has_default) in ids {
        let is_name = id == NAME;
        command = command.mut_arg(id, |argument| match (is_name, has_default) {
            (true, true) => argument
                .value_parser(names(networks))
                .default_value(networks.first().name().to_owned()),
            (true, false) => argument.value_parser(names(networks)),
            (false, true) => argument.default_value(usual_model_file(networks)),
            (false, false) => argument,
        });
    }
    if command.get_name() == "train" {
        command = command.after_help(train::recipes(networks));
    }
    command.mut_subcommands(|command| with_networks(command, networks))
}

fn names(networks: Networks) -> PossibleValuesParser {
    PossibleValuesParser::new(networks.all().iter().map(|model| model.name().to_owned()))
}

/// The network that an option names.
pub fn named(networks: Networks, name: &str) -> &'static dyn Model {
    networks.named(name).expect("the parser lets only known names through")
}
