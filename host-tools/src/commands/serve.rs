//! `tinyconv serve`: a model in a page of the browser, to draw for and to teach.

use std::path::PathBuf;

use crate::serve::{Server, Site};
use clap::Args;
use serde::Serialize;
use tinyconv_training::files;

use super::output;
use super::text::printable;

/// Show a model in a page of the browser: draw a digit, see what the network makes of it, teach it.
///
/// The page is for this machine only (127.0.0.1) and needs no network. It computes with the core itself, compiled to
/// WebAssembly: the same bits as here and on a board.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ServeArguments {
    /// The model file.
    model_file: PathBuf,
    /// The port; 0: any that is free.
    #[arg(long, value_name = "N", default_value_t = 8017)]
    port: u16,
    /// The page's program for networks of your own (see the documentation of tinyconv-page) [default: that for the
    /// tool's networks].
    #[arg(long, value_name = "FILE.wasm")]
    page: Option<PathBuf>,
    /// Print the address in one JSON object.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- serve trained/digits.tinyconv
  cargo run -p host-tools -- serve trained/digits.tinyconv --port 0 --json";

#[derive(Serialize)]
struct Report<'a> {
    model: &'a str,
    address: &'a str,
}

impl ServeArguments {
    /// Runs the command, which does not end by itself.
    pub fn run(self) -> anyhow::Result<()> {
        let bytes = files::read(&self.model_file)?;
        let file = files::parse(&self.model_file, &bytes)?;
        let site = match &self.page {
            Some(path) => Site::with_program_of(path, &bytes)?,
            None => Site::new(&file, &bytes)?,
        };
        let server = Server::bind(self.port, site)?;
        let address = format!("http://{}/", server.address());
        if self.json {
            output::line(&serde_json::to_string(&Report { model: file.name, address: &address })?)?;
        } else {
            let name = printable(file.name);
            output::line(&format!(
                "open {address} in a browser to draw for {name}; Ctrl-C ends this"
            ))?;
        }
        server.run();
        Ok(())
    }
}
