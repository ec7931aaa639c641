//! The options of `train` that are no part of a recipe.

use std::num::NonZeroU32;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use tinyconv_training::files;
use tinyconv_training::model::Model;
use tinyconv_training::text::shown;
use tinyconv_training::training::{ClassWeights, Keep, RunOptions, Start, TrainOptions};

const START: &str = "Start and continuation";
const VALIDATION: &str = "Validation";

/// Where a run starts, what judges its epochs, how classes count.
#[derive(Args)]
pub struct RunArguments {
    /// Start from the parameters of this model file (transfer learning): of the same network all, of
    /// one with another number of outputs all but those of its last layer with parameters. Inputs
    /// are normalised as that model has them.
    #[arg(long, value_name = "MODEL_FILE", help_heading = START)]
    pub from: Option<PathBuf>,
    /// Leave the first N layers with parameters as they are; not batch normalisation, which the
    /// deployed form of a network has no more.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, requires = "from",
        help_heading = START)]
    freeze: usize,
    /// Go on with a run that was stopped, from NAME.state beside the model file; the other options
    /// and the data must be the same. The result has the bits of a run that was not stopped.
    #[arg(long, help_heading = START)]
    pub resume: bool,
    /// Keep this share of the training samples of each class apart, such as 0.1, and judge epochs by
    /// it; then the test samples are looked at only in the end.
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true, help_heading = VALIDATION)]
    validate: Option<f64>,
    /// Which parameters to keep: last, or best, those of the epoch with the best validation
    /// accuracy; needs --validate.
    #[arg(long, value_name = "WHICH", default_value_t, help_heading = VALIDATION)]
    keep: Keep,
    /// Stop after N epochs in a row without a better validation accuracy (early stopping); needs
    /// --validate.
    #[arg(long, value_name = "N", help_heading = VALIDATION)]
    patience: Option<NonZeroU32>,
    /// Multiply the loss of a sample by the weight of its class: balanced (samples / (classes *
    /// samples of the class)), or a number for each output, as in 1,2,0.5.
    #[arg(long, value_name = "HOW", allow_hyphen_values = true, help_heading = super::arguments::RECIPE)]
    class_weights: Option<ClassWeights>,
}

impl RunArguments {
    /// What they ask for; inputs are normalised as the model to start from has them.
    pub fn options(
        &self,
        model: &dyn Model,
        options: &mut TrainOptions,
    ) -> anyhow::Result<RunOptions> {
        let mut run = RunOptions {
            validate: self.validate,
            keep: self.keep,
            patience: self.patience,
            start: None,
            freeze: self.freeze,
            class_weights: self.class_weights.clone(),
        };
        if let Some(path) = &self.from {
            let bytes = files::read(path)?;
            let file = files::parse(path, &bytes)?;
            let name = shown(path);
            let start = Start::new(&name, &file, model.network(), options)
                .with_context(|| format!("cannot train {} from {name}", model.name()))?;
            options.normalisation = file.normalisation;
            run.start = Some(start);
        }
        run.validate()?;
        Ok(run)
    }
}

/// What a run starts from, in lines for people; none if that is what it always starts from.
pub fn start_text(run: &RunOptions, options: &TrainOptions) -> Option<String> {
    let start = run.start.as_ref()?;
    let head = start.head().map_or_else(
        || "all parameters".to_owned(),
        |head| format!("all parameters before {head}, which has other outputs and begins anew"),
    );
    let frozen = match run.freeze {
        0 => String::new(),
        1 => "; the first layer with parameters stays as it is".to_owned(),
        layers => format!("; the first {layers} layers with parameters stay as they are"),
    };
    Some(format!(
        "starting from {}: {head}{frozen}; inputs as there, {}",
        start.name(),
        options.normalisation
    ))
}
