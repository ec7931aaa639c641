//! `tinyconv reproduce`: the texts' experiments, beside their published figures.

use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::reproduce::{Axes, EXPERIMENTS, Experiment, Progress, Reproduced, Reproduction, named};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tinyconv_training::data::{Dataset, bundled_mnist_dir};
use tinyconv_training::files::{self, DirectoryLock, FileSet};
use tinyconv_training::model::all_threads;
use tinyconv_training::text::shown;
use tinyconv_training::training::Event;

use super::output;
use super::table::Table;
use super::text::percent;
use super::train::{interrupt, threads_parser};

/// Run the experiments of five from-scratch texts, and compare their figures with ours.
///
/// Each experiment runs with several seeds, each on one core. Ctrl-C keeps what has finished.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ReproduceArguments {
    /// Experiments to run [default: all].
    #[arg(value_name = "NAME", value_parser = experiment_parser())]
    experiments: Vec<&'static Experiment>,
    /// Seeds per experiment, starting at 1 [default: 3, or 1 with --quick].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    seeds: Option<u64>,
    /// Run one seed, and fewer epochs where a text used many.
    #[arg(long)]
    quick: bool,
    /// Learning rates of the grid search, separated by commas [default: 1e-5 to 10].
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true)]
    learning_rates: Option<Vec<f32>>,
    /// Weight decays (L2 penalties) of the grid search, separated by commas [default: 1e-5 to 10].
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true)]
    weight_decays: Option<Vec<f32>>,
    /// Directory for the results.
    #[arg(long, value_name = "DIR", default_value = "reproduced")]
    out: PathBuf,
    /// Print one JSON object on the last line of stdout; everything else goes to stderr.
    #[arg(long)]
    json: bool,
    /// Data set directory (IDX files like MNIST's, plain or .gz) [default: the bundled MNIST].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Number of trainings to run in parallel [default: all cores].
    #[arg(long, value_name = "N", value_parser = threads_parser())]
    threads: Option<usize>,
}

const EXAMPLES: &str = "\
Examples:
  cargo run --release -p host-tools -- reproduce
  cargo run --release -p host-tools -- reproduce book --quick
  cargo run --release -p host-tools -- reproduce notes-grid --learning-rates 0.01,0.03,0.1";

fn experiment_parser() -> impl TypedValueParser<Value = &'static Experiment> {
    PossibleValuesParser::new(EXPERIMENTS.map(|experiment| experiment.name))
        .map(|name| named(&name).expect("the parser lets only known names through"))
}

impl ReproduceArguments {
    /// Runs the command.
    pub fn run(mut self) -> anyhow::Result<()> {
        let usual = Axes::default();
        let axes = Axes::new(
            self.learning_rates.unwrap_or_else(|| usual.learning_rates().into()),
            self.weight_decays.unwrap_or_else(|| usual.weight_decays().into()),
        )?;
        let page = self.out.join("reproduce.md");
        let json = self.out.join("reproduce.json");
        for path in [&page, &json] {
            files::check_writable(path)?;
        }
        let _lock = DirectoryLock::of(&page)?;
        let directory = self.data.unwrap_or_else(bundled_mnist_dir);
        let mnist = Dataset::open(&directory, 10)?;
        if self.experiments.is_empty() {
            self.experiments = EXPERIMENTS.into();
        }
        interrupt::listen()?;
        let reproduction = Reproduction {
            experiments: self.experiments,
            seeds: self.seeds.unwrap_or(if self.quick { 1 } else { 3 }),
            quick: self.quick,
            axes,
            threads: self.threads.unwrap_or_else(all_threads),
        };
        let report = reproduction.run(&mnist, &observe).map_err(|(experiment, failure)| {
            anyhow::Error::new(failure).context(format!("{} has no result", experiment.name))
        })?;
        let mut written = FileSet::default();
        written.add(&page, report.markdown().as_bytes())?;
        written.add(&json, &serde_json::to_vec_pretty(&report)?)?;
        for (name, svg) in report.figures()? {
            written.add(&self.out.join(name), svg.as_bytes())?;
        }
        written.commit()?;
        let text = format!(
            "{}\nwrote {}, {} and the curves beside them",
            text(&report),
            shown(&page),
            shown(&json)
        );
        if self.json {
            output::note(&text);
            output::line(&serde_json::to_string(&report)?)
        } else {
            output::line(&text)
        }
        .map_err(Into::into)
    }
}

fn observe(progress: Progress<'_>) -> ControlFlow<()> {
    match progress {
        Progress::Training(experiment, seed, Event::Validation(point)) => output::note(&format!(
            "{}, seed {seed}: batch {}, validation accuracy {}",
            experiment.name,
            point.batch,
            percent(point.validation.accuracy)
        )),
        Progress::Done(experiment, trial) => output::note(&format!(
            "{}, seed {}: {} after {:.1} s",
            experiment.name,
            trial.seed,
            percent(trial.result.accuracy),
            trial.seconds
        )),
        Progress::Training(..) => {}
    }
    if interrupt::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

fn text(report: &Reproduced) -> String {
    let mut table = Table::new(2, Reproduced::HEADING.map(String::from).into());
    for row in &report.rows {
        table.row(row.cells().into());
    }
    let interrupted =
        if report.interrupted { "interrupted: only what finished is shown\n" } else { "" };
    format!("{interrupted}{}", table.render())
}
