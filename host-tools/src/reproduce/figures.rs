//! The pictures of a run: curves of every experiment, heat maps of a grid.

use super::{Grid, Reproduced, Row};
use tinyconv_report::plot::{Curves, HeatMap, PlotError, Series};
use tinyconv_training::training::{Point, Score};

impl Reproduced {
    /// The pictures, each with the name of its file: of every experiment the curves of its first
    /// seed, and the heat maps if there is a grid.
    ///
    /// # Errors
    /// If nothing in a picture is finite.
    ///
    /// ```
    /// use host_tools::reproduce::{Reproduced, Row, Trial, blog};
    /// use host_tools::training::{History, Point, Score};
    ///
    /// let result = Score { loss: 0.1, accuracy: 0.9 };
    /// let point = |epoch| Point { epoch, batch: 21, training: result, validation: result };
    /// let history = History { epochs: vec![point(1), point(2)], within: Vec::new() };
    /// let trial = Trial { seed: 1, result, seconds: 2.0, history, grid: None };
    /// let rows = Row::new(&blog::SHAPES, vec![trial]).into_iter().collect();
    /// let figures = Reproduced { seeds: 1, quick: false, interrupted: false, rows }.figures()?;
    /// let names: Vec<&str> = figures.iter().map(|(name, _)| name.as_str()).collect();
    /// assert_eq!(names, ["blog-shapes-accuracy.svg", "blog-shapes-loss.svg"]);
    /// # Ok::<(), host_tools::plot::PlotError>(())
    /// ```
    pub fn figures(&self) -> Result<Vec<(String, String)>, PlotError> {
        let mut figures = Vec::new();
        for row in &self.rows {
            for (what, value) in [
                ("accuracy", (|score| score.accuracy) as fn(Score) -> f64),
                ("loss", |score| score.loss),
            ] {
                figures.push((format!("{}-{what}.svg", row.name), curves(row, what, value)?));
            }
            let grid = row.trials.first().and_then(|trial| trial.grid.as_ref());
            if let Some(grid) = grid {
                for (set, values) in
                    [("training", &grid.training), ("validation", &grid.validation)]
                {
                    figures.push((format!("{}-{set}.svg", row.name), map(grid, set, values)?));
                }
            }
        }
        Ok(figures)
    }
}

fn curves(row: &Row, what: &str, value: fn(Score) -> f64) -> Result<String, PlotError> {
    let history = row.trials.first().map(|trial| &trial.history).ok_or(PlotError::Empty("seed"))?;
    // Over one epoch, what happens within it is the curve.
    let by_batch = !history.within.is_empty();
    let points: Vec<&Point> = history.within.iter().chain(&history.epochs).collect();
    let x = |point: &Point| if by_batch { point.batch as f64 } else { f64::from(point.epoch) };
    let series = |score: fn(&Point) -> Score| -> Vec<(f64, f64)> {
        points.iter().map(|point| (x(point), value(score(point)))).collect()
    };
    let (training, validation) = (series(|point| point.training), series(|point| point.validation));
    Curves {
        title: &format!("{}: {what}", row.text),
        x: if by_batch { "batch" } else { "epoch" },
        y: what,
        series: &[
            Series { name: "training, epoch so far", points: &training },
            Series { name: "validation", points: &validation },
        ],
    }
    .svg()
}

fn map(grid: &Grid, set: &str, values: &[f64]) -> Result<String, PlotError> {
    let labels = |numbers: &[f32]| numbers.iter().map(|x| format!("{x:e}")).collect::<Vec<_>>();
    HeatMap {
        title: &format!("Accuracy, {set} images"),
        row_label: "learning rate",
        column_label: "L2 penalty",
        rows: &labels(&grid.learning_rates),
        columns: &labels(&grid.weight_decays),
        values,
        decimals: 3,
    }
    .svg()
}
