//! What no input explains.

use std::io;

use thiserror::Error;

/// Something went wrong that the user's input is not at fault for.
#[derive(Debug, Error)]
pub enum Unexpected {
    /// Standard output takes no more.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
    /// The system does not hand over the signal.
    #[error("cannot listen for Ctrl-C")]
    Signal(#[source] ctrlc::Error),
    /// The system does not hand over the other signal.
    #[cfg(unix)]
    #[error("cannot listen for SIGTERM")]
    Termination(#[source] io::Error),
}
