//! Why there is no page, in words that say what to do.

use std::io;
use std::path::PathBuf;

use thiserror::Error;
use tinyconv_training::text::shown;

/// What keeps the page from being served.
///
/// ```
/// use host_tools::serve::{ServeError, Site};
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("page.wasm");
/// std::fs::write(&path, "<!DOCTYPE html>")?;
/// let error = Site::with_program_of(&path, &[]).unwrap_err();
/// assert!(matches!(error, ServeError::NotAProgram { .. }));
/// assert!(error.to_string().contains("page.wasm is not WebAssembly: give --page a file"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Another program listens there.
    #[error(
        "port {port} is in use: stop the program that uses it, or choose another port, such as \
         --port {}, or --port 0 for any free one",
        if *.port == u16::MAX { port - 1 } else { port + 1 }
    )]
    PortInUse {
        /// The port.
        port: u16,
    },
    /// The operating system does not give the port.
    #[error(
        "cannot listen on port {port}: choose another one, such as --port 8017, or --port 0 for \
         any free one"
    )]
    Port {
        /// The port.
        port: u16,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The operating system gives nothing to wait for connections with.
    #[error(
        "cannot wait for connections: close programs that keep many files open, and run it again"
    )]
    Wait {
        /// The operating system's reason.
        source: io::Error,
    },
    /// A connection waits and is not let in.
    #[error(
        "cannot accept a connection for now; this goes on by itself when there are files to open \
         again: if it happens often, raise the limit (ulimit -n 1024) before the start"
    )]
    Accept {
        /// The operating system's reason.
        source: io::Error,
    },
    /// The page knows other networks.
    #[error(
        "the tool's own page only knows {known}, not {name:?}: build a page for it (a few lines, \
         see the documentation of tinyconv-page) and give it with --page FILE.wasm"
    )]
    OtherNetwork {
        /// The name in the model file.
        name: String,
        /// The names of the networks that the page knows.
        known: String,
    },
    /// The page's program cannot be read.
    #[error("cannot read the page's program {}; check the path after --page", shown(.path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A file is larger than any program of a page.
    #[error(
        "{} has more than {limit} bytes, too many for a page's program; check the path after \
         --page",
        shown(.path)
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest number of bytes that is read.
        limit: u64,
    },
    /// The page's program is none.
    #[error(
        "{} is not WebAssembly: give --page a file built with cargo build --target \
         wasm32-unknown-unknown",
        shown(.path)
    )]
    NotAProgram {
        /// The file.
        path: PathBuf,
    },
}
