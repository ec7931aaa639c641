//! The figures of a run as lines of JSON, each written when it is known.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tinyconv::model_file::Normalisations;

use super::run::learning_rate;
use tinyconv_training::data::Augmentation;
use tinyconv_training::files::FileError;
use tinyconv_training::model::Model;
use tinyconv_training::training::{Event, History, Point, RunOptions, Score, TrainOptions};

/// The file `metrics.jsonl` of a run.
///
/// One JSON object a line: first the options (`"event": "options"`), then one for each evaluation
/// during the run (`"epoch"`, `"validation"`), at last the result with all figures of the report.
/// Until then, the lines are in a file of the same name with `.part` behind it: a run that is killed
/// leaves what it had there, and what was there before is replaced by a finished file only.
///
/// ```
/// use tinyconv_built_in::MODELS;
/// use tinyconv_report::report::Metrics;
/// use tinyconv_training::training::{Event, Point, Score};
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("metrics.jsonl");
/// let digits = MODELS[0];
/// let mut metrics = Metrics::new(path.clone(), digits, &digits.recipe(), [60_000, 10_000]);
/// let score = Score { loss: 0.5, accuracy: 0.75 };
/// let point = Point { epoch: 1, batch: 100, training: score, validation: score };
/// metrics.observe(&Event::Validation(point));
/// assert!(!path.exists() && directory.path().join("metrics.jsonl.part").exists());
///
/// metrics.finish(None, r#"{"event":"result"}"#.into())?; // `Report::json`
/// let text = std::fs::read_to_string(&path)?;
/// let lines: Vec<&str> = text.lines().collect();
/// assert!(lines[0].starts_with(r#"{"event":"options","network":"digits","parameters":5142,"#));
/// assert!(lines[1].starts_with(r#"{"event":"validation","epoch":1,"batch":100,"#));
/// assert_eq!(lines[2..], [r#"{"event":"result"}"#]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Metrics {
    path: PathBuf,
    part: PathBuf,
    /// The first line, and what the others are computed with.
    first: Options,
    options: TrainOptions,
    samples: usize,
    /// Opened when training has begun.
    file: Option<File>,
    /// Directories that there were not before, the innermost first.
    created: Vec<PathBuf>,
    /// The first failure, which a run is not ended for.
    failed: Option<io::Error>,
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
#[derive(Serialize)]
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
        add_ending(&name, ".metrics.jsonl")
    }

    /// The file that will be `path`, for a run of `model` with `options` on so many training and test
    /// samples; there is none before training begins.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Metrics;
    /// # use tinyconv_training::training::{Event, Point, Score};
    /// # let digits = MODELS[0];
    /// # let score = Score { loss: 0.5, accuracy: 0.75 };
    /// # let point = Point { epoch: 1, batch: 100, training: score, validation: score };
    /// let directory = tempfile::tempdir()?;
    /// let path = directory.path().join("metrics.jsonl");
    /// let _metrics = Metrics::new(path, digits, &digits.recipe(), [60_000, 10_000]);
    /// assert_eq!(directory.path().read_dir()?.count(), 0); // no file yet
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn new(
        path: PathBuf,
        model: &dyn Model,
        options: &TrainOptions,
        samples: [usize; 2],
    ) -> Self {
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
        let part = add_ending(&path, ".part");
        Self {
            path,
            part,
            first,
            options: *options,
            samples: training_samples,
            file: None,
            created: Vec::new(),
            failed: None,
        }
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
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("metrics.jsonl");
    /// let run = RunOptions { validate: Some(0.1), ..RunOptions::default() };
    /// let mut metrics = Metrics::new(path, digits, &digits.recipe(), [54_000, 10_000])
    ///     .with_options(&run, Some(6000));
    /// metrics.observe(&Event::Validation(point));
    /// let part = std::fs::read_to_string(directory.path().join("metrics.jsonl.part"))?;
    /// assert!(part.contains(r#""validation_samples":6000"#));
    /// assert!(part.contains(r#""beyond_recipe":{"validate":"0.1"}"#));
    /// assert!(part.contains(r#""validation":{"loss":0.5,"accuracy":0.75}"#));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn with_options(mut self, run: &RunOptions, validation: Option<usize>) -> Self {
        self.first.validation_samples = validation;
        let given = run.given().into_iter();
        self.first.beyond_recipe =
            given.map(|(name, value)| (name.trim_start_matches("--"), value)).collect();
        self
    }

    /// Writes the line about an event of the run, if it is an evaluation.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Metrics;
    /// # use tinyconv_training::training::{Event, Point, Score};
    /// # let digits = MODELS[0];
    /// # let score = Score { loss: 0.5, accuracy: 0.75 };
    /// # let point = Point { epoch: 1, batch: 100, training: score, validation: score };
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("metrics.jsonl");
    /// let mut metrics = Metrics::new(path, digits, &digits.recipe(), [60_000, 10_000]);
    /// metrics.observe(&Event::Validation(point));
    /// let part = std::fs::read_to_string(directory.path().join("metrics.jsonl.part"))?;
    /// assert_eq!(part.lines().count(), 2); // the options, and the event
    /// assert!(part.contains(r#""test":{"loss":0.5,"accuracy":0.75}"#));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn observe(&mut self, event: &Event) {
        if self.file.is_none() && self.failed.is_none() {
            self.begin();
        }
        let line = match event {
            Event::Batch { .. } => return,
            &Event::Validation(point) => self.of("validation", point),
            &Event::Epoch { epoch, batch, loss, accuracy, ref validation, images_per_second } => {
                let (training, validation) = (Score { loss, accuracy }, validation.score());
                let line = self.of("epoch", Point { epoch, batch, training, validation });
                Line { images_per_s: Some(images_per_second), ..line }
            }
        };
        self.line(serde_json::to_string(&line));
    }

    /// Writes the lines of a run that was stopped, before those of the run that goes on from there.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Metrics;
    /// # use tinyconv_training::training::{History, Point, Score};
    /// # let digits = MODELS[0];
    /// # let score = Score { loss: 0.5, accuracy: 0.75 };
    /// # let point = Point { epoch: 1, batch: 100, training: score, validation: score };
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("metrics.jsonl");
    /// let mut metrics = Metrics::new(path, digits, &digits.recipe(), [60_000, 10_000]);
    /// metrics.resume(&History { epochs: vec![point], within: Vec::new() });
    /// let part = std::fs::read_to_string(directory.path().join("metrics.jsonl.part"))?;
    /// assert_eq!(part.lines().count(), 2); // the options, and the epoch
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn resume(&mut self, history: &History) {
        if self.file.is_none() && self.failed.is_none() {
            self.begin();
        }
        let epochs = history.epochs.iter().map(|point| ("epoch", point));
        let within = history.within.iter().map(|point| ("validation", point));
        let mut all: Vec<_> = epochs.chain(within).collect();
        all.sort_by_key(|(_, point)| (point.epoch, point.batch));
        for (event, &point) in all {
            self.line(serde_json::to_string(&self.of(event, point)));
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

    /// Writes the last line and gives the file its name, or `path` if there is one.
    ///
    /// # Errors
    /// If a line could not be written, or the file not be renamed.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Metrics;
    /// # use tinyconv_training::training::{Event, Point, Score};
    /// # let digits = MODELS[0];
    /// # let score = Score { loss: 0.5, accuracy: 0.75 };
    /// # let point = Point { epoch: 1, batch: 100, training: score, validation: score };
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("metrics.jsonl");
    /// let mut metrics = Metrics::new(path.clone(), digits, &digits.recipe(), [60_000, 10_000]);
    /// metrics.observe(&Event::Validation(point));
    /// let elsewhere = directory.path().join("elsewhere.jsonl");
    /// assert_eq!(metrics.finish(Some(&elsewhere), "{}".into())?, elsewhere);
    /// assert!(std::fs::read_to_string(&elsewhere)?.ends_with("\n{}\n") && !path.exists());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn finish(mut self, path: Option<&Path>, result: String) -> Result<PathBuf, FileError> {
        self.line(Ok(result));
        let path = path.map_or_else(|| self.path.clone(), Path::to_owned);
        let failed = |source| FileError::Write { path: path.clone(), source };
        match (self.failed, self.file) {
            (Some(error), _) => return Err(failed(error)),
            (None, Some(file)) => file.sync_all().map_err(failed)?,
            (None, None) => {}
        }
        fs::rename(&self.part, &path).map_err(failed)?;
        Ok(path)
    }

    /// Removes what was written, where nothing came of the run.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Metrics;
    /// # use tinyconv_training::training::{Event, Point, Score};
    /// # let digits = MODELS[0];
    /// # let score = Score { loss: 0.5, accuracy: 0.75 };
    /// # let point = Point { epoch: 1, batch: 100, training: score, validation: score };
    /// # let directory = tempfile::tempdir()?;
    /// let path = directory.path().join("trained/metrics.jsonl");
    /// let mut metrics = Metrics::new(path, digits, &digits.recipe(), [60_000, 10_000]);
    /// metrics.observe(&Event::Validation(point));
    /// assert!(directory.path().join("trained/metrics.jsonl.part").exists());
    /// metrics.discard();
    /// assert!(!directory.path().join("trained").exists());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn discard(self) {
        // What cannot be removed stays: nothing depends on it.
        let _ = self.file.map(|_| fs::remove_file(&self.part));
        for directory in &self.created {
            let _ = fs::remove_dir(directory);
        }
    }

    fn learning_rate(&self, epoch: u32, batch: u64) -> f32 {
        learning_rate(&self.options, self.samples, epoch, batch)
    }

    fn begin(&mut self) {
        let directory = self.part.parent().unwrap_or(Path::new(""));
        let missing = directory.ancestors().take_while(|directory| !directory.exists());
        self.created = missing.map(Path::to_owned).collect();
        match fs::create_dir_all(directory).and_then(|()| File::create(&self.part)) {
            Ok(file) => self.file = Some(file),
            Err(error) => self.failed = Some(error),
        }
        let first = serde_json::to_string(&self.first);
        self.line(first);
    }

    fn line(&mut self, text: serde_json::Result<String>) {
        if let (Some(file), None) = (&mut self.file, &self.failed) {
            let written = text
                .map_err(Into::into)
                .and_then(|text| file.write_all(format!("{text}\n").as_bytes()));
            self.failed = written.err();
        }
    }
}

fn add_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}
