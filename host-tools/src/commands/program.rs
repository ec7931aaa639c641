//! How this program is called, for the commands that it tells the user to type.
//!
//! The texts are written for the tool of this repository. A program of the user's own is the same tool for other
//! networks, so its texts name it and its first network.

use crate::model::{MODELS, Networks};
use tinyconv_training::files::EXTENSION;

/// What the texts of the tool have, and those of other programs have not.
const PACKAGE: &str = " -p host-tools";

/// What the user types before a command.
pub fn program(networks: Networks) -> String {
    let package = if is_the_tool(networks) { PACKAGE } else { "" };
    format!("cargo run{package} --")
}

/// Where the model file of the first network is, if nothing else was asked for.
pub fn usual_model_file(networks: Networks) -> String {
    format!("trained/{}.{EXTENSION}", networks.first().name())
}

fn is_the_tool(networks: Networks) -> bool {
    std::ptr::eq(networks.all(), &raw const MODELS[..])
}

/// `command` with texts that are right for this program.
pub fn addressed(mut command: clap::Command, networks: Networks) -> clap::Command {
    if is_the_tool(networks) {
        return command;
    }
    let [about, long, after] = [
        command.get_about().map(|text| own(text, networks)),
        command.get_long_about().map(|text| own(text, networks)),
        command.get_after_help().map(|text| own(text, networks)),
    ];
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(long) = long {
        command = command.long_about(long);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command.mut_subcommands(|command| addressed(command, networks))
}

fn own(text: &clap::builder::StyledStr, networks: Networks) -> String {
    let [theirs, ours] = [MODELS[0].name(), networks.first().name()];
    text.to_string()
        .replace(PACKAGE, "")
        .replace(&format!("trained/{theirs}.{EXTENSION}"), &usual_model_file(networks))
        .replace(&format!("the network `{theirs}`"), &format!("the network `{ours}`"))
}
