//! Why something was not drawn.

use thiserror::Error;

/// Why there is no plot.
///
/// ```
/// use tinyconv_report::plot::{Curves, PlotError};
///
/// let error = Curves { title: "", x: "", y: "", series: &[] }.svg().unwrap_err();
/// assert!(matches!(error, PlotError::Empty("series")));
/// assert_eq!(error.to_string(), "there is nothing to draw: give at least one series");
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlotError {
    /// No series, cells or pictures.
    #[error("there is nothing to draw: give at least one {0}")]
    Empty(&'static str),

    /// A series without a point that has a place.
    #[error("no point of the curves has finite coordinates, so there is nothing to draw")]
    NothingFinite,

    /// The number of values is not that of rows times columns.
    #[error("{values} values do not fill {rows} rows of {columns} columns: give one for each cell")]
    Cells {
        /// The rows.
        rows: usize,
        /// The columns.
        columns: usize,
        /// The values.
        values: usize,
    },

    /// The picture would be too large to be looked at.
    #[error("{0}: more than is drawn; draw a part")]
    TooLarge(String),

    /// The drawing library failed.
    #[error("the plot cannot be drawn")]
    Draw(#[source] Box<dyn std::error::Error + Send + Sync>),
}
