//! Decides what happens where a tool is missing: a visible skip on a user's machine, a failure where tests must run.

use std::env;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use super::toolchain::Toolchain;

/// The toolchain for `target`, if it and every one of `programs` is there.
///
/// `None` means: skip this test; the reason has been printed.
///
/// # Panics
/// If something is missing and `TINYCONV_REQUIRE_QEMU` is 1.
pub fn available(target: &str, programs: &[&str]) -> Option<Toolchain> {
    let missing = programs
        .iter()
        .find(|program| !is_installed(program))
        .map(|program| format!("{program} is not installed"));
    let found = match missing {
        Some(reason) => Err(reason),
        None => Toolchain::find(target),
    };
    match found {
        Ok(toolchain) => Some(toolchain),
        Err(reason) => {
            let required = env::var_os("TINYCONV_REQUIRE_QEMU").is_some_and(|value| value == "1");
            assert!(!required, "{reason} (run tests/run.sh)");
            say(&format!("skipped: {reason} (run tests/run.sh)"));
            None
        }
    }
}

/// Prints even when the test passes: the test runner captures `println!`, but not the stream itself.
pub fn say(text: &str) {
    // Nothing depends on the text; a closed output is no reason to fail.
    let _ = writeln!(io::stdout(), "{text}");
}

fn is_installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}
