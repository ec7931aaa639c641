//! `tinyconv serve`: a model in a page of the browser, to draw for and to teach.

use std::path::PathBuf;

use crate::serve::{Server, Site};
use clap::Args;
use serde::Serialize;
use tinyconv_training::files;

use super::output;
use super::text::printable;

/// Open a model in the browser: draw a digit, watch the network classify it, and teach it.
///
/// The page is served to this machine only (127.0.0.1) and works offline. It runs the core itself,
/// compiled to WebAssembly: the same bits as here and on a board.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ServeArguments {
    /// Model file to open.
    model_file: PathBuf,
    /// Port; 0 picks any free one.
    #[arg(long, value_name = "N", default_value_t = 8017)]
    port: u16,
    /// WebAssembly program of the page, for networks of your own (see the documentation of
    /// tinyconv-page) [default: the one for the tool's networks].
    #[arg(long, value_name = "FILE.wasm")]
    page: Option<PathBuf>,
    /// Print the address as one JSON object.
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
                "open {address} in a browser to draw for {name}; Ctrl-C stops it"
            ))?;
        }
        server.run(|trouble| output::trouble("warning", trouble));
        Ok(())
    }
}
