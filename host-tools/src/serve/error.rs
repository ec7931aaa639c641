//! Why there is no page, in words that say what to do.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

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
/// assert!(error.to_string().contains("page.wasm is not WebAssembly: give after --page what"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Another program listens there.
    #[error(
        "port {port} is in use: end the program that uses it, or give another one, such as --port {}, or --port 0 \
         for any that is free",
        if *.port == u16::MAX { port - 1 } else { port + 1 }
    )]
    PortInUse {
        /// The port.
        port: u16,
    },
    /// The operating system does not give the port.
    #[error(
        "cannot listen on port {port}: give another one, such as --port 8017, or --port 0 for any that is free"
    )]
    Port {
        /// The port.
        port: u16,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The page knows other networks.
    #[error(
        "the tool's page does not know the network {name:?}, only {known}: build a page for it (the documentation of \
         tinyconv-page says how, in a few lines) and give it with --page FILE.wasm"
    )]
    OtherNetwork {
        /// The name in the model file.
        name: String,
        /// The names of the networks that the page knows.
        known: String,
    },
    /// The page's program cannot be read.
    #[error("cannot read the page's program {}; check the path after --page", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A file is larger than any program of a page.
    #[error("{} has more than {limit} bytes, more than any page's program; check the path after --page", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest number of bytes that is read.
        limit: u64,
    },
    /// The page's program is none.
    #[error(
        "{} is not WebAssembly: give after --page what cargo build --target wasm32-unknown-unknown has built",
        .path.display()
    )]
    NotAProgram {
        /// The file.
        path: PathBuf,
    },
}
