//! The table: the texts' figures and ours.

use serde::Serialize;

use super::{Experiment, Trial};

/// What a run of experiments gave.
///
/// ```
/// use host_tools::reproduce::{Reproduced, Row, Trial, blog};
/// use host_tools::training::{History, Score};
///
/// let trial = |seed, accuracy| Trial {
///     seed, result: Score { loss: 0.1, accuracy }, seconds: 2.0, history: History::default(), grid: None,
/// };
/// let trials = vec![trial(2, 0.98), trial(1, 1.0), trial(3, 0.99)];
/// let rows = Row::new(&blog::SHAPES, trials).into_iter().collect();
/// let report = Reproduced { seeds: 3, quick: false, interrupted: false, rows };
/// assert!(report.markdown().contains("| 99.00 (98.00, 100.00) |"));
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Reproduced {
    /// Seeds of each experiment.
    pub seeds: u64,
    /// Whether epochs were left out.
    pub quick: bool,
    /// Whether the run was ended early; seeds may be missing then.
    pub interrupted: bool,
    /// One row for each experiment with a result.
    pub rows: Vec<Row>,
}

/// An experiment beside its text.
///
/// ```
/// use host_tools::reproduce::{Row, Trial, blog};
/// use host_tools::training::{History, Score};
///
/// let trial = |seed, accuracy| Trial {
///     seed, result: Score { loss: 0.1, accuracy }, seconds: 2.0, history: History::default(), grid: None,
/// };
/// let trials = vec![trial(2, 0.98), trial(1, 1.0), trial(3, 0.99)];
/// let row = Row::new(&blog::SHAPES, trials).expect("three trials");
/// assert_eq!([row.least, row.median, row.most], [0.98, 0.99, 1.0]);
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The experiment.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
    /// What was run.
    pub what: &'static str,
    /// The accuracy that the text reports, if it reports one.
    pub published: Option<f64>,
    /// The accuracies' median; of an even number, the mean of the middle two.
    pub median: f64,
    /// The least accuracy.
    pub least: f64,
    /// The largest accuracy.
    pub most: f64,
    /// Seconds of a seed on one core: the median.
    pub seconds: f64,
    /// The seeds, ascending.
    pub trials: Vec<Trial>,
}

impl Row {
    /// The row of an experiment; none without a trial.
    ///
    /// ```
    /// use host_tools::reproduce::{Row, Trial, blog};
    /// use host_tools::training::{History, Score};
    ///
    /// let trial = |seed, accuracy| Trial {
    ///     seed, result: Score { loss: 0.1, accuracy }, seconds: 2.0, history: History::default(), grid: None,
    /// };
    /// let trials = vec![trial(2, 0.98), trial(1, 1.0), trial(3, 0.99)];
    /// let row = Row::new(&blog::SHAPES, trials).expect("three trials");
    /// assert_eq!(row.trials[0].seed, 1);
    /// assert!(Row::new(&blog::SHAPES, Vec::new()).is_none());
    /// ```
    #[must_use]
    pub fn new(experiment: &Experiment, mut trials: Vec<Trial>) -> Option<Self> {
        trials.sort_by_key(|trial| trial.seed);
        let accuracies = sorted(trials.iter().map(|trial| trial.result.accuracy));
        let seconds = sorted(trials.iter().map(|trial| trial.seconds));
        Some(Self {
            name: experiment.name,
            text: experiment.text,
            what: experiment.what,
            published: experiment.published,
            median: median(&accuracies)?,
            least: *accuracies.first()?,
            most: *accuracies.last()?,
            seconds: median(&seconds)?,
            trials,
        })
    }

    /// The cells of the table.
    ///
    /// ```
    /// use host_tools::reproduce::{Row, Trial, blog};
    /// use host_tools::training::{History, Score};
    ///
    /// let trial = |seed, accuracy| Trial {
    ///     seed, result: Score { loss: 0.1, accuracy }, seconds: 2.0, history: History::default(), grid: None,
    /// };
    /// let trials = vec![trial(2, 0.98), trial(1, 1.0), trial(3, 0.99)];
    /// let row = Row::new(&blog::SHAPES, trials).expect("three trials");
    /// assert_eq!(row.cells()[2..], ["100.00", "99.00 (98.00, 100.00)", "3", "2.0"]);
    /// ```
    #[must_use]
    pub fn cells(&self) -> [String; 6] {
        let percent = |share: f64| format!("{:.2}", share * 100.0);
        [
            self.name.into(),
            self.text.into(),
            self.published.map_or_else(|| "-".into(), percent),
            format!("{} ({}, {})", percent(self.median), percent(self.least), percent(self.most)),
            self.trials.len().to_string(),
            format!("{:.1}", self.seconds),
        ]
    }
}

impl Reproduced {
    /// The heading of the table.
    pub const HEADING: [&str; 6] =
        ["name", "text", "published %", "ours %: median (least, most)", "seeds", "s per seed"];

    /// The table as a page in Markdown.
    ///
    /// ```
    /// use host_tools::reproduce::{Reproduced, Row, Trial, blog};
    /// use host_tools::training::{History, Score};
    ///
    /// let trial = |seed, accuracy| Trial {
    ///     seed, result: Score { loss: 0.1, accuracy }, seconds: 2.0, history: History::default(), grid: None,
    /// };
    /// let trials = vec![trial(2, 0.98), trial(1, 1.0), trial(3, 0.99)];
    /// let rows = Row::new(&blog::SHAPES, trials).into_iter().collect();
    /// let page = Reproduced { seeds: 3, quick: true, interrupted: false, rows }.markdown();
    /// assert!(page.starts_with("# The texts' figures") && page.contains("A quick run"));
    /// ```
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut page = String::from("# The texts' figures and ours\n\n");
        if self.quick {
            page += "A quick run: fewer epochs where the texts used many.\n\n";
        }
        if self.interrupted {
            page += "The run was interrupted: what is missing did not finish.\n\n";
        }
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        page += &line(&Self::HEADING.map(String::from));
        page += "|---|---|---:|---:|---:|---:|\n";
        for row in &self.rows {
            page += &line(&row.cells());
        }
        page += "\nSeconds are on one core. What was run:\n\n";
        for row in &self.rows {
            page += &format!("- `{}`: {}\n", row.name, row.what);
        }
        page
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Of sorted values; none of none.
fn median(values: &[f64]) -> Option<f64> {
    let (middle, odd) = (values.len() / 2, values.len() % 2 == 1);
    if odd {
        values.get(middle).copied()
    } else {
        Some((values.get(middle.checked_sub(1)?)? + values.get(middle)?) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tinyconv_training::training::{History, Score};

    fn trial(seed: u64, accuracy: f64) -> Trial {
        let result = Score { loss: 0.5, accuracy };
        Trial { seed, result, seconds: seed as f64, history: History::default(), grid: None }
    }

    #[test]
    fn rows_have_medians_and_ends() {
        let experiment = super::super::EXPERIMENTS[0];
        assert!(Row::new(experiment, Vec::new()).is_none());
        let one = Row::new(experiment, vec![trial(1, 0.5)]).unwrap();
        assert_eq!([one.median, one.least, one.most, one.seconds], [0.5, 0.5, 0.5, 1.0]);
        let two = Row::new(experiment, vec![trial(2, 0.25), trial(1, 0.75)]).unwrap();
        assert_eq!([two.median, two.least, two.most, two.seconds], [0.5, 0.25, 0.75, 1.5]);
        let three = [trial(3, 0.875), trial(1, 0.25), trial(2, 0.75)];
        let three = Row::new(experiment, three.into()).unwrap();
        assert_eq!([three.median, three.least, three.most], [0.75, 0.25, 0.875]);
        assert_eq!(three.cells()[3], "75.00 (25.00, 87.50)");
        assert!(three.trials.iter().map(|trial| trial.seed).eq(1..=3));
    }

    #[test]
    fn the_page_says_what_is_missing() {
        let rows = vec![Row::new(super::super::EXPERIMENTS[0], vec![trial(1, 0.5)]).unwrap()];
        let whole = Reproduced { seeds: 3, quick: false, interrupted: false, rows };
        assert!(!whole.markdown().contains("interrupted"));
        assert!(whole.markdown().contains("| 50.00 (50.00, 50.00) | 1 | 1.0 |\n"));
        let cut = Reproduced { quick: true, interrupted: true, ..whole };
        assert!(cut.markdown().contains("interrupted") && cut.markdown().contains("quick"));
    }
}
