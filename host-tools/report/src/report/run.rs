//! A training run as a report shows it.

use serde::Serialize;

use tinyconv_training::training::{Ending, History, RunOptions, TrainOptions, Trained};

/// Points of the curve of the learning rate.
const RATES: u64 = 240;

/// What a training run was told, and how it went.
///
/// ```
/// use tinyconv_built_in::MODELS;
/// use tinyconv_report::report::Run;
/// use tinyconv_training::training::{Ending, Evaluation, History, Trained};
///
/// // What `train` gives.
/// let trained = Trained {
///     parameters: vec![0.0; 5142],
///     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
///     epochs: 20,
///     kept: 20,
///     images_per_second: 1000.0,
///     ending: Ending::Finished,
///     history: History::default(),
/// };
/// let run = Run::new(&MODELS[0].recipe(), 60_000, &trained);
/// assert_eq!((run.options().epochs, run.samples()), (20, 60_000));
/// assert_eq!((run.ending(), run.images_per_second()), (Ending::Finished, 1000.0));
/// ```
#[derive(Clone, Debug)]
pub struct Run {
    options: TrainOptions,
    samples: usize,
    history: History,
    ending: Ending,
    kept: u32,
    images_per_second: f64,
    /// What it was told beyond a recipe.
    given: Vec<(&'static str, String)>,
    /// Validation samples, if epochs were not judged by test samples.
    validation: Option<usize>,
}

/// The learning rate of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Rate {
    /// Epochs done.
    pub(super) epoch: f64,
    pub(super) learning_rate: f32,
}

impl Run {
    /// The run with `options` on `samples` training samples that ended with `trained`.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Run;
    /// # use tinyconv_training::training::{Ending, Evaluation, History, Trained};
    /// # let trained = Trained {
    /// #     parameters: Vec::new(),
    /// #     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
    /// #     epochs: 20,
    /// #     kept: 20,
    /// #     images_per_second: 1000.0,
    /// #     ending: Ending::Finished,
    /// #     history: History::default(),
    /// # };
    /// let run = Run::new(&MODELS[0].recipe(), 60_000, &trained);
    /// assert_eq!(run.history(), &trained.history);
    /// ```
    #[must_use]
    pub fn new(options: &TrainOptions, samples: usize, trained: &Trained) -> Self {
        Self {
            options: *options,
            samples,
            history: trained.history.clone(),
            ending: trained.ending,
            kept: trained.kept,
            given: Vec::new(),
            validation: None,
            images_per_second: trained.images_per_second,
        }
    }

    /// What it was told.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Run;
    /// # use tinyconv_training::training::{Ending, Evaluation, History, Trained};
    /// # let trained = Trained {
    /// #     parameters: Vec::new(),
    /// #     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
    /// #     epochs: 20,
    /// #     kept: 20,
    /// #     images_per_second: 1000.0,
    /// #     ending: Ending::Finished,
    /// #     history: History::default(),
    /// # };
    /// # let run = Run::new(&MODELS[0].recipe(), 60_000, &trained);
    /// assert_eq!((run.options().epochs, run.options().batch), (20, 32));
    /// ```
    #[must_use]
    pub const fn options(&self) -> &TrainOptions {
        &self.options
    }

    /// How many samples it learnt from.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Run;
    /// # use tinyconv_training::training::{Ending, Evaluation, History, Trained};
    /// # let trained = Trained {
    /// #     parameters: Vec::new(),
    /// #     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
    /// #     epochs: 20,
    /// #     kept: 20,
    /// #     images_per_second: 1000.0,
    /// #     ending: Ending::Finished,
    /// #     history: History::default(),
    /// # };
    /// # let run = Run::new(&MODELS[0].recipe(), 60_000, &trained);
    /// assert_eq!(run.samples(), 60_000);
    /// ```
    #[must_use]
    pub const fn samples(&self) -> usize {
        self.samples
    }

    /// How it went.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Run;
    /// # use tinyconv_training::training::{Ending, Evaluation, History, Point, Score, Trained};
    /// let score = Score { loss: 0.5, accuracy: 0.75 };
    /// let point = Point { epoch: 1, batch: 1875, training: score, validation: score };
    /// let history = History { epochs: vec![point], within: Vec::new() };
    /// # let trained = Trained {
    /// #     parameters: Vec::new(),
    /// #     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
    /// #     epochs: 20,
    /// #     kept: 20,
    /// #     images_per_second: 1000.0,
    /// #     ending: Ending::Finished,
    /// #     history,
    /// # };
    /// # let run = Run::new(&MODELS[0].recipe(), 60_000, &trained);
    /// assert_eq!(run.history().epochs, [point]);
    /// ```
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// How it ended.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Run;
    /// # use tinyconv_training::training::{Ending, Evaluation, History, Trained};
    /// # let trained = Trained {
    /// #     parameters: Vec::new(),
    /// #     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
    /// #     epochs: 20,
    /// #     kept: 20,
    /// #     images_per_second: 1000.0,
    /// #     ending: Ending::Finished,
    /// #     history: History::default(),
    /// # };
    /// # let run = Run::new(&MODELS[0].recipe(), 60_000, &trained);
    /// assert_eq!(run.ending(), Ending::Finished);
    /// ```
    #[must_use]
    pub const fn ending(&self) -> Ending {
        self.ending
    }

    /// Training images per second.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Run;
    /// # use tinyconv_training::training::{Ending, Evaluation, History, Trained};
    /// # let trained = Trained {
    /// #     parameters: Vec::new(),
    /// #     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
    /// #     epochs: 20,
    /// #     kept: 20,
    /// #     images_per_second: 1000.0,
    /// #     ending: Ending::Finished,
    /// #     history: History::default(),
    /// # };
    /// # let run = Run::new(&MODELS[0].recipe(), 60_000, &trained);
    /// assert_eq!(run.images_per_second(), 1000.0);
    /// ```
    #[must_use]
    pub const fn images_per_second(&self) -> f64 {
        self.images_per_second
    }

    /// The same with what the run was told beyond a recipe, and its validation samples, if it had such.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Run;
    /// # use tinyconv_training::training::{Ending, Evaluation, History, Keep, RunOptions, Trained};
    /// # let trained = Trained {
    /// #     parameters: Vec::new(),
    /// #     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
    /// #     epochs: 20,
    /// #     kept: 20,
    /// #     images_per_second: 1000.0,
    /// #     ending: Ending::Finished,
    /// #     history: History::default(),
    /// # };
    /// let options = RunOptions { validate: Some(0.1), keep: Keep::Best, ..RunOptions::default() };
    /// let run = Run::new(&MODELS[0].recipe(), 54_000, &trained).with_options(&options, Some(6000));
    /// assert_eq!(run.validation(), Some(6000));
    /// ```
    #[must_use]
    pub fn with_options(self, run: &RunOptions, validation: Option<usize>) -> Self {
        Self { given: run.given(), validation, ..self }
    }

    /// Validation samples, if epochs were not judged by test samples.
    ///
    /// ```
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_report::report::Run;
    /// # use tinyconv_training::training::{Ending, Evaluation, History, Trained};
    /// # let trained = Trained {
    /// #     parameters: Vec::new(),
    /// #     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
    /// #     epochs: 20,
    /// #     kept: 20,
    /// #     images_per_second: 1000.0,
    /// #     ending: Ending::Finished,
    /// #     history: History::default(),
    /// # };
    /// assert_eq!(Run::new(&MODELS[0].recipe(), 60_000, &trained).validation(), None);
    /// ```
    #[must_use]
    pub const fn validation(&self) -> Option<usize> {
        self.validation
    }

    /// The epoch whose parameters were kept.
    pub(super) const fn kept(&self) -> u32 {
        self.kept
    }

    /// What it was told beyond a recipe: names and values.
    pub(super) fn given(&self) -> &[(&'static str, String)] {
        &self.given
    }

    /// Batches of an epoch.
    pub(super) fn batches(&self) -> u64 {
        batches(&self.options, self.samples)
    }

    /// The learning rate over the steps that were done.
    pub(super) fn rates(&self) -> Vec<Rate> {
        let batches = self.batches();
        let last = self.history.epochs.last();
        let done = last.map_or(0, |point| u64::from(point.epoch - 1) * batches + point.batch);
        let points = RATES.min(done);
        let step = |point: u64| if points > 1 { point * (done - 1) / (points - 1) } else { 0 };
        let rate = |point: u64| {
            let (epoch, batch) = (step(point) / batches, step(point) % batches + 1);
            Rate {
                epoch: (step(point) + 1) as f64 / batches as f64,
                learning_rate: learning_rate(&self.options, self.samples, epoch as u32 + 1, batch),
            }
        };
        (0..points).map(rate).collect()
    }
}

/// Batches of an epoch of a run on `samples` samples.
fn batches(options: &TrainOptions, samples: usize) -> u64 {
    samples.div_ceil(options.batch.max(1)).max(1) as u64
}

/// The learning rate of batch `batch` (from 1) of epoch `epoch` (from 1).
pub(super) fn learning_rate(options: &TrainOptions, samples: usize, epoch: u32, batch: u64) -> f32 {
    let batches = batches(options, samples);
    let step = u64::from(epoch.saturating_sub(1)) * batches + batch.saturating_sub(1);
    options.schedule.learning_rate(options.learning_rate, step, batches * u64::from(options.epochs))
}
