//! The `tinyconv` tool: trains networks on the host, judges them, and gets them onto devices.

mod commands;

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::run()
}
