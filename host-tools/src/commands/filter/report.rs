//! What was measured, for people and for programs.

use std::path::{Path, PathBuf};

use crate::filter::{Filter, Image, Method, Timing};
use serde::Serialize;

use crate::commands::table::Table;
use crate::commands::text::shell_word;

#[derive(Serialize)]
pub struct FilterReport {
    rows: usize,
    columns: usize,
    kernel: &'static str,
    kernel_rows: usize,
    kernel_columns: usize,
    /// The methods that the kernel allows.
    possible: Vec<&'static str>,
    timings: Vec<Timing>,
    outputs: Vec<Output>,
    overview: PathBuf,
}

/// A picture that was written.
#[derive(Serialize)]
struct Output {
    file: PathBuf,
    /// The value that is black in it.
    black: f32,
    /// The value that is white in it.
    white: f32,
}

impl FilterReport {
    pub fn new(
        image: &Image,
        filter: &Filter,
        timings: Vec<Timing>,
        names: &[String],
        results: &[Image],
        directory: &Path,
    ) -> Self {
        let kernel = &filter.kernels()[0];
        let outputs = names.iter().zip(results).map(|(name, result)| {
            let (black, white) = result.range();
            Output { file: directory.join(format!("{name}.png")), black, white }
        });
        Self {
            rows: image.rows(),
            columns: image.columns(),
            kernel: filter.name(),
            kernel_rows: kernel.rows(),
            kernel_columns: kernel.columns(),
            possible: filter.methods().into_iter().map(Method::name).collect(),
            timings,
            outputs: outputs.collect(),
            overview: directory.join(format!("{}-overview.png", filter.name())),
        }
    }

    /// A table of the methods, and the files.
    pub fn text(&self) -> String {
        let heading = ["method", "milliseconds", "largest difference", "speed (direct = 1)"];
        let mut table = Table::new(1, heading.map(String::from).to_vec());
        for Timing { method, milliseconds, difference, speed_up } in &self.timings {
            table.row(vec![
                (*method).into(),
                format!("{milliseconds:.3}"),
                format!("{difference:.1e}"),
                speed_up.map_or_else(|| "-".into(), |ratio| format!("{ratio:.2}")),
            ]);
        }
        let mut text = format!(
            "{} x {} pixels, kernel {} of {} x {}; medians, differences from the direct method\n\n{}\n",
            self.rows,
            self.columns,
            self.kernel,
            self.kernel_rows,
            self.kernel_columns,
            table.render()
        );
        if !self.possible.contains(&Method::Separable.name()) {
            text += "separable: not possible, this kernel is not a column times a row\n";
        }
        text.push('\n');
        for Output { file, black, white } in &self.outputs {
            let file = shell_word(file);
            text += &format!("wrote {file} (black is {black}, white is {white})\n");
        }
        text + &format!("wrote {} (all of them, the input first)", shell_word(&self.overview))
    }
}
