//! How good a network is that was trained elsewhere: measured, or said to be unknown.

use std::path::Path;

use crate::commands::data::DIGITS;
use crate::commands::text::percent;
use tinyconv::model_file::Normalisations;
use tinyconv_training::data::{DataError, Opened, Split, bundled_mnist_dir};
use tinyconv_training::limits::Limits;
use tinyconv_training::model::{Model, all_threads, evaluate};
use tinyconv_training::text::shown;
use tinyconv_training::training::{EvaluateOptions, InvalidOptions, LossKind};

/// The share of test images classified correctly.
pub enum Accuracy {
    /// Measured.
    Of {
        /// The share.
        share: f32,
        /// Of so many images.
        samples: u32,
        /// Of this data set.
        what: String,
    },
    /// Not measured.
    Unknown {
        /// Why not, and what to do.
        why: &'static str,
    },
}

impl Accuracy {
    /// Of `model` with `parameters` on the data set in `data`, or on the bundled one if that is about
    /// `labels`.
    pub fn measure(
        model: &dyn Model,
        parameters: &[f32],
        normalisation: Normalisations,
        labels: &[&str],
        data: Option<&Path>,
        limits: Limits,
    ) -> anyhow::Result<Self> {
        let evaluate = |directory: &Path, what: String| -> anyhow::Result<Self> {
            let opened = Opened::<Split>::open_test(directory, model.images(), labels.len())?;
            let split = opened.by_name(labels)?.data;
            let options = EvaluateOptions {
                normalisation,
                loss: LossKind::default(),
                threads: all_threads(),
                limits,
            };
            let evaluation = evaluate(model, parameters, &split, &options, &mut |_, _| {})?;
            if !evaluation.has_classes() {
                return Ok(Self::Unknown { why: "the data have targets and no classes" });
            }
            let share = evaluation.accuracy() as f32;
            Ok(Self::Of { share, samples: evaluation.samples(), what })
        };
        if let Some(directory) = data {
            return evaluate(directory, shown(directory));
        }
        if labels != DIGITS {
            let why = "the bundled images are digits; give a data set with --data";
            return Ok(Self::Unknown { why });
        }
        match evaluate(&bundled_mnist_dir(), "the bundled MNIST".into()) {
            Err(error) if error.is::<InvalidOptions>() => Ok(Self::Unknown {
                why: "the bundled images are of another size; give a data set with --data",
            }),
            Err(error) if error.is::<DataError>() => Ok(Self::Unknown {
                why: "the bundled images are missing; give a data set with --data",
            }),
            outcome => outcome,
        }
    }

    /// The share, if it was measured.
    pub const fn share(&self) -> Option<f32> {
        match *self {
            Self::Of { share, .. } => Some(share),
            Self::Unknown { .. } => None,
        }
    }

    /// As people are told.
    pub fn text(&self) -> String {
        match self {
            Self::Of { share, samples, what } => {
                let share = percent((*share).into());
                format!("test accuracy {share} ({samples} images of {what})")
            }
            Self::Unknown { why } => format!("test accuracy not measured, stored as 0: {why}"),
        }
    }

    /// As model files store it.
    pub fn stored(&self) -> f32 {
        self.share().unwrap_or(0.0)
    }
}
