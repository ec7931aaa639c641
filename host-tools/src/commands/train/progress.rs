//! What a training run shows while it goes on: a bar on a terminal, and a line for each epoch.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use tinyconv_report::report::loss_text;
use tinyconv_training::training::{Event, RunState, Score, TrainOptions};

use super::interrupt;
use crate::commands::output;
use crate::commands::text::percent;
use crate::commands::unexpected::Unexpected;

/// Between two changes of the bar; more often, nobody sees and training waits.
const REFRESH: Duration = Duration::from_millis(100);

/// The observer of a run.
pub struct Progress {
    bar: Option<ProgressBar>,
    json: bool,
    /// Samples have classes, and not targets.
    has_classes: bool,
    /// Which samples judge epochs.
    judge: &'static str,
    epochs: u32,
    batch: u64,
    samples: u64,
    epoch: u32,
    /// Samples done before the run went on from where it was stopped.
    before: u64,
    start: Instant,
    epoch_start: Instant,
    refreshed: Instant,
    /// Batches done and batches in all, if the epoch is not complete.
    stopped: Option<(u64, u64)>,
}

impl Progress {
    /// For a run with `samples` images; with `json`, everything goes to standard error.
    pub fn new(options: &TrainOptions, samples: usize, json: bool) -> Self {
        let samples = samples as u64;
        let bar = output::shows_bars().then(|| {
            let style = ProgressStyle::with_template("{prefix} [{wide_bar}] {msg}")
                .expect("the template is well-formed")
                .progress_chars("=> ");
            ProgressBar::new(samples * u64::from(options.epochs))
                .with_style(style)
                .with_message("starting")
        });
        Self {
            bar,
            json,
            has_classes: true,
            judge: "test",
            epochs: options.epochs,
            batch: options.batch as u64,
            samples,
            epoch: 1,
            before: 0,
            start: Instant::now(),
            epoch_start: Instant::now(),
            refreshed: Instant::now(),
            stopped: None,
        }
    }

    /// The same for a run on samples that have classes, if that `has_classes`, or targets.
    pub fn with_classes(self, has_classes: bool) -> Self {
        Self { has_classes, ..self }
    }

    /// The same for a run whose epochs validation samples judge, if that `is_validated`.
    pub fn validated(self, is_validated: bool) -> Self {
        Self { judge: if is_validated { "validation" } else { self.judge }, ..self }
    }

    /// A run that was stopped goes on.
    pub fn resume(&mut self, state: &RunState) {
        self.epoch = state.epochs() + 1;
        let seen = (state.batches() * self.batch).min(self.samples);
        self.before = u64::from(state.epochs()) * self.samples + seen;
    }

    /// Shows an event, and says whether to go on.
    pub fn observe(&mut self, event: Event) -> ControlFlow<()> {
        match event {
            Event::Batch { batch, batches, loss, accuracy } => {
                self.stopped = (batch < batches).then_some((batch, batches));
                self.refresh(batch, loss, accuracy);
            }
            Event::Validation(point) => {
                let judged = self.judged(point.validation);
                let _ =
                    self.line(&format!("epoch {}, batch {}: {judged}", point.epoch, point.batch));
            }
            Event::Epoch { epoch, loss, accuracy, validation, images_per_second, .. } => {
                let stopped = self.stopped.map_or_else(String::new, |(batch, batches)| {
                    format!(" (stopped after {batch} of {batches} batches)")
                });
                // A run does not end because nobody reads its lines.
                let judged = match self.has_classes {
                    true => format!(
                        "training accuracy {}, {} accuracy {}",
                        percent(accuracy),
                        self.judge,
                        percent(validation.accuracy())
                    ),
                    false => self.judged(validation.score()),
                };
                let _ = self.line(&format!(
                    "epoch {epoch:>width$}/{}{stopped}: loss {}, {judged}, \
                     {images_per_second:.0} images/s",
                    self.epochs,
                    loss_text(loss),
                    width = self.epochs.to_string().len(),
                ));
                self.epoch = epoch + 1;
                self.epoch_start = Instant::now();
            }
        }
        if interrupt::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// How well what judges epochs is done.
    fn judged(&self, Score { loss, accuracy }: Score) -> String {
        let (judge, loss) = (self.judge, loss_text(loss));
        if self.has_classes {
            format!("{judge} loss {loss}, {judge} accuracy {}", percent(accuracy))
        } else {
            format!("{judge} loss {loss}")
        }
    }

    fn refresh(&mut self, batch: u64, loss: f64, accuracy: f64) {
        let Some(bar) = self.bar.as_ref().filter(|_| self.refreshed.elapsed() >= REFRESH) else {
            return;
        };
        self.refreshed = Instant::now();
        let seen = (batch * self.batch).min(self.samples);
        let images_per_second = seen as f64 / self.epoch_start.elapsed().as_secs_f64();
        // From all that was done, evaluations included: steadier than the last few batches.
        let done = u64::from(self.epoch - 1) * self.samples + seen;
        let all = u64::from(self.epochs) * self.samples;
        let left = self.start.elapsed().mul_f64((all - done) as f64 / (done - self.before) as f64);
        bar.set_prefix(format!("epoch {}/{}", self.epoch, self.epochs));
        let accuracy = match self.has_classes {
            true => format!(", accuracy {}", percent(accuracy)),
            false => String::new(),
        };
        bar.set_message(format!(
            "loss {}{accuracy}, {images_per_second:.0} images/s, {:#} left",
            loss_text(loss),
            HumanDuration(left)
        ));
        bar.set_position(done);
    }

    /// Writes a line about how it goes for people, above the bar, if they want such lines.
    pub fn line(&self, text: &str) -> Result<(), Unexpected> {
        if output::is_quiet() { Ok(()) } else { self.result(text) }
    }

    /// Writes a line for people, above the bar.
    pub fn result(&self, text: &str) -> Result<(), Unexpected> {
        let write = || {
            if self.json {
                output::note(text);
                Ok(())
            } else {
                output::line(text)
            }
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the bar away.
    pub fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
