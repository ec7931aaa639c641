//! `tinyconv eval`: how good a trained model is, class by class.

use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tinyconv::model_file::ModelFile;
use tinyconv_report::report::{Report as Page, loss_text};
use tinyconv_training::files::{self, FileSet};
use tinyconv_training::model::{Model, Networks, all_threads};
use tinyconv_training::text::shown;
use tinyconv_training::training::{EvaluateOptions, Evaluation, LossKind};

use super::data::{open_test, or_remembered};
use super::limits::LimitArguments;
use super::output;
use super::report::{Places, ReportArguments};
use super::table::Table;
use super::text::{percent, printable};
use super::train::{loss_for, threads_parser};

/// The end of a report's name, after the model file's: not that of training's report, which has more
/// to show.
const REPORT: &str = "eval.report.html";

/// Test a model: accuracy, accuracy of each class, and confusion matrix.
///
/// Writes two files beside the model file: NAME.eval.report.html, a self-contained HTML report, and
/// NAME.eval.metrics.jsonl, the same figures in machine-readable form. The training report,
/// NAME.report.html, is not touched.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct EvalArguments {
    /// Model file to test.
    model_file: PathBuf,
    /// Data set directory, in any form that `train` reads [default: the bundled MNIST].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitArguments,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
    /// Loss the model was trained with; it decides how to read the outputs, and which loss the
    /// report shows [default: cross-entropy, or mean-squared-error for targets.csv].
    #[arg(long, value_name = "LOSS")]
    loss: Option<LossKind>,
    #[command(flatten)]
    report: ReportArguments,
    /// Number of threads [default: all cores].
    #[arg(long, value_name = "N", value_parser = threads_parser())]
    threads: Option<usize>,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- eval trained/digits.tinyconv
  cargo run -p host-tools -- eval trained/digits.tinyconv --data ~/fashion-mnist --json
  cargo run -p host-tools -- eval trained/digits.tinyconv --report digits.html";

#[derive(Serialize)]
struct Report<'a> {
    model: &'a str,
    samples: u32,
    /// Of samples that have classes.
    test_accuracy: Option<f64>,
    loss: String,
    test_loss: f64,
    class_accuracy: Vec<Option<f64>>,
    /// Row: label; column: prediction.
    confusion: &'a [Vec<u32>],
    /// What was written.
    files: Vec<PathBuf>,
}

impl EvalArguments {
    /// Runs the command.
    pub fn run(self, networks: Networks) -> anyhow::Result<()> {
        let bytes = files::read(&self.model_file)?;
        let file = files::parse(&self.model_file, &bytes)?;
        let model = files::any_model_of(networks, &self.model_file, &file)?;
        let parameters: Vec<f32> = file.parameters().collect();
        let data = or_remembered(networks, self.data.clone())?;
        let split = open_test(data.as_deref(), &*model, &file.labels, file.data)?.data;
        let places = places(&self.report, &self.model_file)?;
        let loss = loss_for(&split, self.loss, LossKind::default());
        let options = EvaluateOptions {
            normalisation: file.normalisation,
            loss,
            threads: self.threads.unwrap_or_else(all_threads),
            limits: self.limits.limits(),
        };
        let bar = bar(split.labels.len());
        let mut observe = |sample: u32| bar.set_position(u64::from(sample) + 1);
        let page = Page::observed(&*model, &parameters, &split, &options, &mut observe)?;
        bar.finish_and_clear();
        let page = page.with_names(file.name, &file.labels);
        let evaluation = page.evaluation();
        if let Some(Places { report, metrics, .. }) = &places {
            let mut written = FileSet::default();
            written.add(report, page.html().as_bytes())?;
            written.add(metrics, format!("{}\n", page.json()).as_bytes())?;
            written.commit()?;
        }
        if self.json {
            let report = Report {
                model: file.name,
                samples: evaluation.samples(),
                test_accuracy: evaluation.has_classes().then(|| evaluation.accuracy()),
                loss: loss.to_string(),
                test_loss: evaluation.loss,
                class_accuracy: evaluation.class_accuracies(),
                confusion: &evaluation.confusion,
                files: places
                    .iter()
                    .flat_map(|it| [it.report.clone(), it.metrics.clone()])
                    .collect(),
            };
            output::line(&serde_json::to_string(&report)?)?;
        } else {
            output::line(&text(&file, &*model, evaluation, loss))?;
        }
        if let Some(Places { report, .. }) = places {
            output::note(&format!("report: {} (open it in a browser)", shown(&report)));
        }
        Ok(())
    }
}

/// How many of the samples are done, on a terminal.
fn bar(samples: usize) -> ProgressBar {
    if !output::shows_bars() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("testing {wide_bar} {pos}/{len} {eta}");
    let bar = ProgressBar::new(samples as u64);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Where the report goes. A place that the user did not choose may refuse it: a model file can be
/// where nothing else may be written.
fn places(arguments: &ReportArguments, model_file: &Path) -> anyhow::Result<Option<Places>> {
    let Some(places) = arguments.places(model_file, REPORT)? else { return Ok(None) };
    match places.check() {
        Err(error) if places.chosen => Err(error.into()),
        Err(error) => {
            output::note(&format!("no report was written: {error}"));
            Ok(None)
        }
        Ok(()) => Ok(Some(places)),
    }
}

fn text(
    file: &ModelFile<'_>,
    model: &dyn Model,
    evaluation: &Evaluation,
    loss: LossKind,
) -> String {
    if !evaluation.has_classes() {
        let (name, samples) = (printable(file.name), evaluation.samples());
        return format!("{name}: test {loss} {} ({samples} samples)", loss_text(evaluation.loss));
    }
    let classes = evaluation.confusion.len();
    let labels = if file.labels.len() == classes { file.labels.to_vec() } else { model.labels() };
    let labels = labels.iter().map(|label| printable(label));
    let heading = ["".to_owned()].into_iter().chain(labels.clone());
    let ends = ["samples".to_owned(), "accuracy".to_owned()];
    let mut table = Table::new(1, heading.chain(ends).collect());
    for ((label, counts), share) in
        labels.zip(&evaluation.confusion).zip(evaluation.class_accuracies())
    {
        let mut row = vec![label];
        row.extend(counts.iter().map(u32::to_string));
        row.push(counts.iter().sum::<u32>().to_string());
        row.push(share.map_or_else(|| "-".into(), percent));
        table.row(row);
    }
    let correct: u32 = evaluation.confusion.iter().enumerate().map(|(i, row)| row[i]).sum();
    format!(
        "{}: test accuracy {} ({correct} of {})\n\n\
         rows: true class; columns: predicted class\n{}",
        printable(file.name),
        percent(evaluation.accuracy()),
        evaluation.samples(),
        table.render()
    )
}
