//! Pictures of results: curves and heat maps, as SVG.
//!
//! The functions return what a file holds; [`files::write`](tinyconv_training::files::write) writes it whole or
//! not at all. The same values give the same bytes. SVG leaves the drawing of texts to the viewer,
//! so no font has to be found when the tool is built or run.

mod curves;
mod error;
mod heat_map;

use plotters::coord::Shift;
use plotters::prelude::*;

pub use curves::{Curves, Series};
pub use error::PlotError;
pub use heat_map::HeatMap;

/// The empty sheet that everything is drawn on.
type Sheet<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The letters of all texts; every viewer has them.
const FONT: &str = "sans-serif";

/// What `draw` draws on a white sheet of `size` (width and height), as an SVG file.
fn svg(
    size: (u32, u32),
    draw: impl FnOnce(&Sheet<'_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>>,
) -> Result<String, PlotError> {
    let mut text = String::new();
    let sheet = SVGBackend::with_string(&mut text, size).into_drawing_area();
    sheet
        .fill(&WHITE)
        .map_err(Into::into)
        .and_then(|()| draw(&sheet))
        .and_then(|()| sheet.present().map_err(Into::into))
        .map_err(PlotError::Draw)?;
    drop(sheet);
    Ok(text)
}
