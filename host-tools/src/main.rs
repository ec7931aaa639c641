//! The `tinyconv` tool: trains networks on the host, judges them, and gets them onto devices.

use std::process::ExitCode;

use host_tools::{commands, model};

fn main() -> ExitCode {
    commands::run(&model::MODELS)
}
