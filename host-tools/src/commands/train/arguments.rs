//! The options of `train`, most of which the network's recipe fills in.

use std::path::PathBuf;

use clap::builder::TypedValueParser;
use clap::{Args, value_parser};
use tinyconv_training::data::{Augmentation, Split, describe_kinds};
use tinyconv_training::model::{Model, Networks};
use tinyconv_training::training::{LossKind, OptimizerKind, Schedule, TrainOptions};

use super::run_arguments::RunArguments;
use crate::commands::output;
use crate::commands::report::ReportArguments;

/// More threads than any machine has; asking the system for them would only fail in worse ways.
const MOST_THREADS: i64 = 1024;

/// The heading of the options that recipes have, and of those that are like them.
pub(super) const RECIPE: &str = "Recipe";

/// Train a network and write a model file.
///
/// Options default to those of the network's recipe. Ctrl-C or SIGTERM stops after the current batch
/// and saves the model trained so far; `--resume` goes on from there, and also after a crash. Two more files go beside the model file: NAME.report.html, a
/// self-contained HTML report, and NAME.metrics.jsonl, its figures in machine-readable form, one
/// line per epoch.
#[derive(Args)]
pub struct TrainArguments {
    /// Network to train [default: with --from, that of the file, unless this is a project's program; otherwise
    /// the first].
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    #[arg(long, value_name = "DIR", help = data_help())]
    pub data: Option<PathBuf>,
    /// Directory for the model file, which is named after the network.
    #[arg(long, value_name = "DIR", default_value = "trained")]
    pub out: PathBuf,
    /// Print one JSON object on the last line of stdout; everything else goes to stderr.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub report: ReportArguments,
    /// Passes over the training set.
    #[arg(long, value_name = "N", help_heading = RECIPE)]
    epochs: Option<u32>,
    /// Images per training step.
    #[arg(long, value_name = "N", help_heading = RECIPE)]
    batch: Option<u32>,
    /// Learning rate; with a schedule, its peak.
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, help_heading = RECIPE)]
    learning_rate: Option<f32>,
    /// Learning rate schedule: constant, step:STEPS,FACTOR (multiply by FACTOR every STEPS steps),
    /// exponential:LAST (decay to this share of it), cosine or one-cycle; each can follow a linear
    /// warm-up, as in warm-up:100+cosine.
    #[arg(long, value_name = "HOW", help_heading = RECIPE)]
    schedule: Option<Schedule>,
    /// Optimizer: descent, sgd, adagrad, adagrad-momentum, rms-prop, adam or adamw; add settings
    /// that differ from the defaults, as in sgd:momentum=0.8,weight-decay=4e-4,nesterov.
    #[arg(long, value_name = "RULE", help_heading = RECIPE)]
    optimizer: Option<OptimizerKind>,
    /// Loss to minimise: cross-entropy, cross-entropy:smoothing=SHARE, binary-cross-entropy or
    /// mean-squared-error; for targets.csv, mean-squared-error in place of a recipe's cross-entropy.
    #[arg(long, value_name = "LOSS", help_heading = RECIPE)]
    pub(super) loss: Option<LossKind>,
    /// Augmentation: none, digits (1.5,10,0.1), or the limits SHIFT,ROTATION,SCALE in pixels, in
    /// degrees, and as a share of the size; a fourth number adds normal noise with this standard
    /// deviation, as a share of the range of pixels.
    #[arg(long, value_name = "HOW", value_parser = augmentation, allow_hyphen_values = true, help_heading = RECIPE)]
    pub(super) augment: Option<Augmentation>,
    /// Seed for everything random.
    #[arg(long, value_name = "N", help_heading = RECIPE)]
    seed: Option<u64>,
    /// Number of threads [default: all cores]; the model does not depend on it.
    #[arg(long, value_name = "N", value_parser = threads_parser())]
    threads: Option<usize>,
    #[command(flatten)]
    pub run: RunArguments,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- train --epochs 3 --seed 2
  cargo run -p host-tools -- train --data ~/fashion-mnist --augment 1,5,0.05 --out fashion
  cargo run -p host-tools -- train --optimizer sgd:nesterov --learning-rate 0.02 \\
      --schedule warm-up:500+cosine
  cargo run -p host-tools -- train --loss cross-entropy:smoothing=0.1 --report smooth.html
  cargo run -p host-tools -- train --validate 0.1 --keep best --patience 3
  cargo run -p host-tools -- train --from trained/digits.tinyconv --freeze 2 --data ~/letters \\
      --out letters
  cargo run -p host-tools -- train --epochs 100 --resume";

/// The kinds of data are not written down twice.
fn data_help() -> String {
    format!("Data set directory [default: the bundled MNIST]: {}", describe_kinds())
}

/// What follows the help: each network's recipe, which is not written down twice, and examples.
pub fn recipes(networks: Networks) -> String {
    let recipe =
        |model: &&dyn Model| format!("  {}: {}\n", model.name(), recipe_text(&model.recipe()));
    format!("Recipes:\n{}\n{EXAMPLES}", networks.all().iter().map(recipe).collect::<String>())
}

impl TrainArguments {
    /// The recipe, as far as the arguments do not change it.
    pub fn options(&self, model: &dyn Model) -> TrainOptions {
        let recipe = model.recipe();
        TrainOptions {
            epochs: self.epochs.unwrap_or(recipe.epochs),
            batch: self.batch.map_or(recipe.batch, |batch| batch as usize),
            learning_rate: self.learning_rate.unwrap_or(recipe.learning_rate),
            schedule: self.schedule.unwrap_or(recipe.schedule),
            optimizer: self.optimizer.unwrap_or(recipe.optimizer),
            loss: self.loss.unwrap_or(recipe.loss),
            seed: self.seed.unwrap_or(recipe.seed),
            threads: self.threads.unwrap_or(recipe.threads),
            augmentation: self.augment.unwrap_or(recipe.augmentation),
            ..recipe
        }
    }
}

/// The loss for `split` where none was asked for: the mean square of what outputs are off, where there are
/// targets and `usual` is of classes; whoever did not ask for it is told.
pub fn loss_for(split: &Split, asked: Option<LossKind>, usual: LossKind) -> LossKind {
    match (asked, usual) {
        (Some(asked), _) => asked,
        (None, LossKind::CrossEntropy(_)) if split.target_len() > 0 => {
            let loss = LossKind::MeanSquaredError;
            output::note(&format!("note: the data have targets, so the loss is {loss} (--loss)"));
            loss
        }
        (None, usual) => usual,
    }
}

/// Takes a number of threads.
pub fn threads_parser() -> impl TypedValueParser<Value = usize> {
    value_parser!(u16).range(1..=MOST_THREADS).map(usize::from)
}

/// The options that the result of a run depends on, in words.
pub fn recipe_text(options: &TrainOptions) -> String {
    let augmentation = options.augmentation;
    let images = if augmentation.is_none() {
        "no augmentation".into()
    } else {
        let noise = match augmentation.noise {
            0.0 => String::new(),
            noise => format!(", noise of {} %", noise * 100.0),
        };
        format!(
            "augmentation of up to {} pixels, {} degrees, {} % in size{noise}",
            augmentation.shift_pixels,
            augmentation.rotation_degrees,
            augmentation.scale * 100.0
        )
    };
    format!(
        "epochs {}, batch {}, {}{} with learning rate {:?} ({}), seed {}, {images}",
        options.epochs,
        options.batch,
        // The usual one is not worth a word.
        if options.loss == LossKind::default() {
            String::new()
        } else {
            format!("{}, ", options.loss)
        },
        options.optimizer,
        options.learning_rate,
        options.schedule,
        options.seed,
    )
}

fn augmentation(text: &str) -> Result<Augmentation, String> {
    match text {
        "none" => return Ok(Augmentation::NONE),
        "digits" => return Ok(Augmentation::DIGITS),
        _ => {}
    }
    let numbers: Option<Vec<f32>> =
        text.split(',').map(|number| number.trim().parse().ok()).collect();
    let (shift_pixels, rotation_degrees, scale, noise) = match numbers.as_deref() {
        Some(&[shift_pixels, rotation_degrees, scale]) => {
            (shift_pixels, rotation_degrees, scale, 0.0)
        }
        Some(&[shift_pixels, rotation_degrees, scale, noise]) => {
            (shift_pixels, rotation_degrees, scale, noise)
        }
        _ => {
            return Err("give none, digits, or three or four numbers such as 1.5,10,0.1 or \
                        1.5,10,0.1,0.05"
                .into());
        }
    };
    let augmentation = Augmentation { shift_pixels, rotation_degrees, scale, noise };
    augmentation.validate().map_err(|error| error.to_string())?;
    Ok(augmentation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn augmentations_have_names_or_numbers() {
        assert_eq!(augmentation("none"), Ok(Augmentation::NONE));
        assert_eq!(augmentation("digits"), Ok(Augmentation::DIGITS));
        assert_eq!(augmentation("1.5, 10, 0.1"), Ok(Augmentation::DIGITS));
        let noisy = Augmentation { noise: 0.25, ..Augmentation::DIGITS };
        assert_eq!(augmentation("1.5,10,0.1,0.25"), Ok(noisy));
        for text in ["", "all", "1,2", "1,2,0.1,0.1,0.1", "1,2,0.1,x", "1,2,0.1,"] {
            assert!(augmentation(text).unwrap_err().contains("three or four numbers"), "{text}");
        }
        for text in ["NaN,0,0", "0,-1,0", "0,0,1", "0,0,0,1", "0,0,0,-0.1", "0,0,0,NaN"] {
            assert!(augmentation(text).unwrap_err().contains("; give a"), "{text}");
        }
    }
}
