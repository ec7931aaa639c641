//! The figures of a run as lines of JSON.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tinyconv::model_file::Normalisations;

use super::run::learning_rate;
use tinyconv_training::data::Augmentation;
use tinyconv_training::files::with_ending;
use tinyconv_training::model::Model;
use tinyconv_training::training::{Event, History, Point, RunOptions, Score, TrainOptions};

/// The figures of a run, as a file `metrics.jsonl` has them.
///
/// One JSON object a line: first the options (`"event": "options"`), then one for each evaluation
/// during the run (`"epoch"`, `"validation"`), at last the result with all figures of the report.
///
/// ```
/// use tinyconv_built_in::MODELS;
/// use tinyconv_report::report::Metrics;
/// use tinyconv_training::training::{Event, Point, Score};
///
/// let digits = MODELS[0];
/// let mut metrics = Metrics::new(digits, &digits.recipe(), [60_000, 10_000]);
/// let score = Score { loss: 0.5, accuracy: 0.75 };
/// let point = Point { epoch: 1, batch: 100, training: score, validation: score };
/// metrics.observe(&Event::Validation(point));
///
/// let text = metrics.finish(r#"{"event":"result"}"#)?; // `Report::json`
/// let lines: Vec<&str> = text.lines().collect();
/// assert!(lines[0].starts_with(r#"{"event":"options","network":"digits","parameters":5142,"#));
/// assert!(lines[1].starts_with(r#"{"event":"validation","epoch":1,"batch":100,"#));
/// assert_eq!(lines[2..], [r#"{"event":"result"}"#]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug)]
pub struct Metrics {
    /// The first line, and what the others are computed with.
    first: Options,
    options: TrainOptions,
    samples: usize,
    /// The others.
    lines: Vec<Line>,
}

/// The first line.
#[derive(Debug, Serialize)]
struct Options {
    event: &'static str,
    network: String,
    parameters: usize,
    training_samples: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_samples: Option<usize>,
    test_samples: usize,
    epochs: u32,
    batch: usize,
    learning_rate: f32,
    schedule: String,
    optimizer: String,
    loss: String,
    init: String,
    seed: u64,
    threads: usize,
    augmentation: Augmentation,
    normalisation: Normalisations,
    /// What the run was told beyond a recipe.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    beyond_recipe: BTreeMap<&'static str, String>,
}

/// A line about an evaluation.
#[derive(Debug, Serialize)]
struct Line {
    event: &'static str,
    epoch: u32,
    batch: u64,
    learning_rate: f32,
    training: Score,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation: Option<Score>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<Score>,
    #[serde(skip_serializing_if = "Option::is_none")]
    images_per_s: Option<f64>,
}

impl Metrics {
    /// The name beside that of a report: `digits.metrics.jsonl` for `digits.report.html`.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use tinyconv_report::report::Metrics;
    ///
    /// let beside = |report: &str| Metrics::beside(Path::new(report));
    /// assert_eq!(beside("trained/digits.report.html"), Path::new("trained/digits.metrics.jsonl"));
    /// assert_eq!(beside("page.html"), Path::new("page.metrics.jsonl"));
    /// ```
    #[must_use]
    pub fn beside(report: &Path) -> PathBuf {
        let mut name = report.to_owned();
        for ending in ["html", "report"] {
            if name.extension().is_some_and(|found| found == ending) {
                name.set_extension("");
            }
        }
        with_ending(&name, ".metrics.jsonl")
    }

    /// Those of a run of `model` with `options` on so many training and test samples.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Metrics;
    /// let digits = MODELS[0];
    /// let metrics = Metrics::new(digits, &digits.recipe(), [60_000, 10_000]);
    /// let text = metrics.finish("{}")?;
    /// assert!(text.contains(r#""training_samples":60000,"test_samples":10000,"#));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn new(model: &dyn Model, options: &TrainOptions, samples: [usize; 2]) -> Self {
        let [training_samples, test_samples] = samples;
        let first = Options {
            event: "options",
            network: model.name().to_owned(),
            parameters: model.parameters(),
            training_samples,
            validation_samples: None,
            test_samples,
            epochs: options.epochs,
            batch: options.batch,
            learning_rate: options.learning_rate,
            schedule: options.schedule.to_string(),
            optimizer: options.optimizer.to_string(),
            loss: options.loss.to_string(),
            init: format!("{:?}", options.init),
            seed: options.seed,
            threads: options.threads,
            augmentation: options.augmentation,
            normalisation: options.normalisation,
            beyond_recipe: BTreeMap::new(),
        };
        Self { first, options: *options, samples: training_samples, lines: Vec::new() }
    }

    /// The same with what the run was told beyond a recipe, and its validation samples, if it has such: then
    /// evaluations are of these.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Metrics;
    /// # use tinyconv_training::training::{Event, Point, RunOptions, Score};
    /// # let digits = MODELS[0];
    /// # let score = Score { loss: 0.5, accuracy: 0.75 };
    /// # let point = Point { epoch: 1, batch: 100, training: score, validation: score };
    /// let run = RunOptions { validate: Some(0.1), ..RunOptions::default() };
    /// let mut metrics = Metrics::new(digits, &digits.recipe(), [54_000, 10_000])
    ///     .with_options(&run, Some(6000));
    /// metrics.observe(&Event::Validation(point));
    /// let text = metrics.finish("{}")?;
    /// assert!(text.contains(r#""validation_samples":6000"#));
    /// assert!(text.contains(r#""beyond_recipe":{"validate":"0.1"}"#));
    /// assert!(text.contains(r#""validation":{"loss":0.5,"accuracy":0.75}"#));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn with_options(mut self, run: &RunOptions, validation: Option<usize>) -> Self {
        self.first.validation_samples = validation;
        let given = run.given().into_iter();
        self.first.beyond_recipe =
            given.map(|(name, value)| (name.trim_start_matches("--"), value)).collect();
        self
    }

    /// Adds the line about an event of the run, if it is an evaluation.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Metrics;
    /// # use tinyconv_training::training::{Event, Point, Score};
    /// # let digits = MODELS[0];
    /// # let score = Score { loss: 0.5, accuracy: 0.75 };
    /// # let point = Point { epoch: 1, batch: 100, training: score, validation: score };
    /// let mut metrics = Metrics::new(digits, &digits.recipe(), [60_000, 10_000]);
    /// metrics.observe(&Event::Validation(point));
    /// let text = metrics.finish("{}")?;
    /// assert_eq!(text.lines().count(), 3); // the options, the event, the result
    /// assert!(text.contains(r#""test":{"loss":0.5,"accuracy":0.75}"#));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn observe(&mut self, event: &Event) {
        let line = match event {
            Event::Batch { .. } => return,
            &Event::Validation(point) => self.of("validation", point),
            &Event::Epoch { epoch, batch, loss, accuracy, ref validation, images_per_second } => {
                let (training, validation) = (Score { loss, accuracy }, validation.score());
                let line = self.of("epoch", Point { epoch, batch, training, validation });
                Line { images_per_s: Some(images_per_second), ..line }
            }
        };
        self.lines.push(line);
    }

    /// Adds the lines of a run that was stopped, before those of the run that goes on from there.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Metrics;
    /// # use tinyconv_training::training::{History, Point, Score};
    /// # let digits = MODELS[0];
    /// # let score = Score { loss: 0.5, accuracy: 0.75 };
    /// # let point = Point { epoch: 1, batch: 100, training: score, validation: score };
    /// let mut metrics = Metrics::new(digits, &digits.recipe(), [60_000, 10_000]);
    /// metrics.resume(&History { epochs: vec![point], within: Vec::new() });
    /// assert_eq!(metrics.finish("{}")?.lines().count(), 3); // the options, the epoch, the result
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn resume(&mut self, history: &History) {
        let epochs = history.epochs.iter().map(|point| ("epoch", point));
        let within = history.within.iter().map(|point| ("validation", point));
        let mut all: Vec<_> = epochs.chain(within).collect();
        all.sort_by_key(|(_, point)| (point.epoch, point.batch));
        for (event, &point) in all {
            let line = self.of(event, point);
            self.lines.push(line);
        }
    }

    fn of(&self, event: &'static str, point: Point) -> Line {
        let Point { epoch, batch, training, validation: judged } = point;
        let is_validated = self.first.validation_samples.is_some();
        Line {
            event,
            epoch,
            batch,
            learning_rate: self.learning_rate(epoch, batch),
            training,
            validation: is_validated.then_some(judged),
            test: (!is_validated).then_some(judged),
            images_per_s: None,
        }
    }

    /// The text of the file, with `result` as its last line.
    ///
    /// # Errors
    /// Never, as far as anybody knows: all of it can be written as JSON.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Metrics;
    /// # let digits = MODELS[0];
    /// let metrics = Metrics::new(digits, &digits.recipe(), [60_000, 10_000]);
    /// assert!(metrics.finish("{}")?.ends_with("\n{}\n"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn finish(&self, result: &str) -> serde_json::Result<String> {
        let mut text = serde_json::to_string(&self.first)?;
        for line in &self.lines {
            text.push('\n');
            text.push_str(&serde_json::to_string(line)?);
        }
        text.push('\n');
        text.push_str(result);
        text.push('\n');
        Ok(text)
    }

    fn learning_rate(&self, epoch: u32, batch: u64) -> f32 {
        learning_rate(&self.options, self.samples, epoch, batch)
    }
}
