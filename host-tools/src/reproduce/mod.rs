//! What from-scratch texts about convolutional networks do, done here, beside the figures that they
//! published.
//!
//! Each experiment is a file, whose documentation is the text's page: what it does there, the same
//! here, what changed. A run trains each of them once per seed, a training to a core.

pub mod blog;
pub mod book;
pub mod lecture;
pub mod notebook;
pub mod notes;
pub mod notes_grid;

mod axes;
mod experiment;
mod figures;
mod report;
mod run;

pub use axes::{Axes, InvalidAxes};
pub use experiment::{Experiment, Failure, Grid, Task, Trial};
pub use report::{Reproduced, Row};
pub use run::{Progress, Reproduction};

/// The experiments, in the order of the table.
///
/// ```
/// use host_tools::reproduce::EXPERIMENTS;
///
/// assert_eq!(EXPERIMENTS.map(|experiment| experiment.name)[..2], ["lecture", "blog-shapes"]);
/// ```
pub static EXPERIMENTS: [&Experiment; 7] = [
    &lecture::LECTURE,
    &blog::SHAPES,
    &blog::MNIST,
    &book::BOOK,
    &notes::NOTES,
    &notes_grid::NOTES_GRID,
    &notebook::NOTEBOOK,
];

/// The experiment called `name`.
///
/// ```
/// assert!(host_tools::reproduce::named("book").is_some());
/// assert!(host_tools::reproduce::named("film").is_none());
/// ```
#[must_use]
pub fn named(name: &str) -> Option<&'static Experiment> {
    EXPERIMENTS.into_iter().find(|experiment| experiment.name == name)
}
