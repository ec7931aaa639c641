//! Output that does not fail because the reader has seen enough, and that is quiet where it should be.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use tinyconv_training::text::lines;

use super::unexpected::Unexpected;

static QUIET: AtomicBool = AtomicBool::new(false);

/// From now on, there are no notes and no bars.
pub fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// Only results and errors are wanted.
pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Writes a line, or several, to standard output. A closed pipe (`tinyconv inspect FILE | head`) is
/// no error.
pub fn line(text: &str) -> Result<(), Unexpected> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{}", lines(text)).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.map_err(Unexpected::Output),
    }
}

/// Writes a line to standard error that nobody depends on: how far something is, what to do next.
pub fn note(text: &str) {
    if !is_quiet() {
        error(text);
    }
}

/// Writes a line to standard error. If that fails, there is nowhere left to say so.
pub fn error(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", lines(text));
}

/// Writes an error or a warning and what caused it to standard error, a line each.
pub fn trouble(kind: &str, trouble: &dyn Error) {
    error(&format!("{kind}: {trouble}"));
    let mut cause = trouble.source();
    while let Some(next) = cause {
        error(&format!("  caused by: {next}"));
        cause = next.source();
    }
}

/// A bar that moves is wanted, and standard error is a terminal that can show one.
pub fn shows_bars() -> bool {
    let dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    !is_quiet() && !dumb && io::stderr().is_terminal()
}
