//! What a training run ended with, as JSON and as text.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use sha2::{Digest, Sha256};
use tinyconv_report::report::loss_text;
use tinyconv_training::model::Model;
use tinyconv_training::training::{Ending, TrainOptions, Trained};

use crate::commands::report::Places;
use crate::commands::text::percent;

/// The result of a run whose model was written.
#[derive(Serialize)]
pub struct TrainingReport {
    model: String,
    parameters: usize,
    /// Epochs begun.
    epochs: u32,
    interrupted: bool,
    stopped_early: bool,
    /// The epoch whose parameters were kept.
    kept_epoch: u32,
    /// How well that did on the validation samples, if there are such.
    validation_accuracy: Option<f64>,
    validation_loss: Option<f64>,
    batch: usize,
    learning_rate: f32,
    seed: u64,
    threads: usize,
    test_samples: u32,
    /// Of samples that have classes.
    test_accuracy: Option<f64>,
    /// The loss that was made small.
    loss: String,
    test_loss: f64,
    train_images_per_s: f64,
    /// Of the whole command.
    seconds: f64,
    model_file: String,
    model_sha256: String,
    report: Option<String>,
    metrics: Option<String>,
}

impl TrainingReport {
    /// `bytes` is the content of the model file.
    pub fn new(
        model: &dyn Model,
        options: &TrainOptions,
        trained: &Trained,
        time: Duration,
        model_file: &Path,
        bytes: &[u8],
        places: Option<&Places>,
    ) -> Self {
        let shown = |path: &Path| path.display().to_string();
        Self {
            model: model.name().to_owned(),
            parameters: trained.parameters.len(),
            epochs: trained.epochs,
            interrupted: trained.ending == Ending::Interrupted,
            stopped_early: trained.ending == Ending::StoppedEarly,
            kept_epoch: trained.kept,
            validation_accuracy: None,
            validation_loss: None,
            batch: options.batch,
            learning_rate: options.learning_rate,
            seed: options.seed,
            threads: options.threads,
            test_samples: trained.test.samples(),
            test_accuracy: trained.test.has_classes().then(|| trained.test.accuracy()),
            loss: options.loss.to_string(),
            test_loss: trained.test.loss,
            train_images_per_s: trained.images_per_second,
            seconds: time.as_secs_f64(),
            model_file: shown(model_file),
            model_sha256: Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
            report: places.map(|places| shown(&places.report)),
            metrics: places.map(|places| shown(&places.metrics)),
        }
    }

    /// The same with how well the kept epoch did on the validation samples, if that `is_validated`.
    pub fn validated(self, is_validated: bool, trained: &Trained) -> Self {
        let mut epochs = trained.history.epochs.iter();
        let kept = epochs.find(|point| is_validated && point.epoch == trained.kept);
        let score = kept.map(|point| point.validation);
        Self {
            validation_accuracy: score
                .map(|score| score.accuracy)
                .filter(|_| self.test_accuracy.is_some()),
            validation_loss: score.map(|score| score.loss),
            ..self
        }
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let interrupted = if self.interrupted {
            format!("interrupted in epoch {}; this is the model trained so far\n", self.epochs)
        } else if self.stopped_early {
            format!("stopped early, in epoch {}: the epochs got no better\n", self.epochs)
        } else {
            String::new()
        };
        let judged = |judge: &str, accuracy: Option<f64>, loss: f64| match accuracy {
            Some(accuracy) => format!("{judge} accuracy {}", percent(accuracy)),
            None => format!("{judge} {} {}", self.loss, loss_text(loss)),
        };
        let kept = self.validation_loss.map_or_else(String::new, |loss| {
            let judged = judged("validation", self.validation_accuracy, loss);
            format!("parameters of epoch {}: {judged}\n", self.kept_epoch)
        });
        let mut text = format!(
            "{interrupted}{kept}{} of {} images, {:.1} s, {:.0} training images/s\n\
             model file: {}",
            judged("test", self.test_accuracy, self.test_loss),
            self.test_samples,
            self.seconds,
            self.train_images_per_s,
            self.model_file,
        );
        for (name, path) in [("report", &self.report), ("metrics", &self.metrics)] {
            if let Some(path) = path {
                text += &format!("\n{:<12}{path}", format!("{name}:"));
            }
        }
        text
    }
}
