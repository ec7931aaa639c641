//! What tests print even when they pass, and when a missing tool is a failure.

use std::env;
use std::io::{self, Write};

/// Prints although the test runner captures `println!`.
pub fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Says why a test is skipped.
///
/// # Panics
/// If the environment's variable `required` is 1: then the tool must be there.
pub fn skip(reason: &str, required: &str) {
    assert!(!is_set(required), "{reason} (run tests/run.sh)");
    say(&format!("skipped: {reason} (run tests/run.sh)"));
}

/// Whether a variable of the environment is 1.
pub fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| value == "1")
}
