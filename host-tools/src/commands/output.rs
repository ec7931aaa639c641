//! Output that does not fail because the reader has seen enough.

use std::io::{self, Write};

/// Writes a line, or several, to standard output. A closed pipe (`tinyconv inspect FILE | head`) is
/// no error.
pub fn line(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Writes a line to standard error. If that fails, there is nowhere left to say so.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
