//! `tinyconv finetune`: what a board will do when it is taught another hand, before it does.

mod report;

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use tinyconv::model_file::Training;
use tinyconv_training::data::Hand;
use tinyconv_training::files;
use tinyconv_training::finetune::{FinetuneOptions, SETS, Samples, Trains, finetune, records};

use super::data::open_test;
use tinyconv_training::model::Networks;

use super::networks::FIRST;
use super::output;
use report::Report;

/// Fine-tune a model as a device does, and print the lines that the device will print.
///
/// Test images are written in another hand (turned, with a finer pen, on grey paper). The model is trained with a
/// few of them, sample by sample, mixed with a few in the old hand; accuracy is that of images that
/// it has not seen. Sample by sample means one thread and the bits of a microcontroller.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct FinetuneArguments {
    /// The model file to start from.
    #[arg(default_value_os_t = PathBuf::from(FIRST))]
    model_file: PathBuf,
    /// How many of the last layers are trained, or all.
    #[arg(long, value_name = "LAYERS", default_value = "1", value_parser = str::parse::<Trains>)]
    trains: Trains,
    /// Passes over the shown samples [default: 10].
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// The learning rate [default: 0.02 for the last layer alone, else 0.003].
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    learning_rate: Option<f32>,
    /// Samples of the new hand to train with [default: 40].
    #[arg(long, value_name = "N")]
    shown: Option<u16>,
    /// Samples of the old hand to train with, against forgetting; may be 0 [default: 20].
    #[arg(long, value_name = "N")]
    replay: Option<u16>,
    /// Samples of each hand that decide whether an epoch is kept [default: 20].
    #[arg(long, value_name = "N")]
    check: Option<u16>,
    /// Samples of each hand that the accuracy is of [default: 100].
    #[arg(long, value_name = "N")]
    held: Option<u16>,
    /// Degrees by which the new hand is turned, clockwise [default: 25].
    #[arg(long, value_name = "DEGREES", allow_hyphen_values = true)]
    angle: Option<f32>,
    /// The seed of the choice of samples and of their order [default: 1].
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Directory of the data set, as `train` takes it [default: the bundled MNIST].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print one JSON object instead of lines.
    #[arg(long)]
    json: bool,
    /// Write the fine-tuned model to this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the samples to this directory, as firmware includes them: two bytes for the label, the
    /// lower first, then one for each pixel.
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- finetune trained/digits.tinyconv
  cargo run -p host-tools -- finetune trained/digits.tinyconv --trains all --out tuned.tinyconv
  cargo run -p host-tools -- finetune --export firmware/samples";

impl FinetuneArguments {
    /// Runs the command.
    pub fn run(self, networks: Networks) -> anyhow::Result<()> {
        let options = self.options();
        options.validate()?;
        let bytes = files::read(&self.model_file)?;
        let base = files::parse(&self.model_file, &bytes)?;
        let model = files::model_of(networks, &self.model_file, &base)?;
        let exported =
            |directory: &PathBuf| SETS.map(|set| directory.join(set).with_extension("bin"));
        let exports: Vec<PathBuf> = self.export.iter().flat_map(exported).collect();
        for path in self.out.iter().chain(&exports) {
            files::check_writable(path)?;
        }
        let test = open_test(self.data, model)?.data;
        let samples =
            Samples::choose(&test, model.labels().len(), &options)?.padded(model.border());

        let factory: Vec<f32> = base.parameters().collect();
        let outcome = finetune(model, &factory, base.normalisation, &samples, &options)?;
        let held = samples.held.labels.len() as f32;
        let training = Training {
            epochs: options.epochs,
            batch: 1,
            seed: options.seed,
            learning_rate: options.learning_rate,
            test_accuracy: outcome.after.held as f32 / held,
        };
        if let Some(out) = &self.out {
            let bytes = files::encode_finetuned(model, &base, training, &outcome.parameters)?;
            files::write(out, &bytes).context("the fine-tuned model was not written")?;
        }
        for (path, set) in exports.iter().zip(samples.sets()) {
            files::write(path, &records(set)).context("the samples were not written")?;
        }

        if self.json {
            let report = Report::new(model, &options, &samples, &outcome);
            output::line(&serde_json::to_string(&report)?)?;
        } else {
            let mut lines = outcome.lines(&options, &samples);
            lines.extend(self.out.iter().map(|out| format!("model file: {}", out.display())));
            lines.extend(self.export.iter().map(|to| format!("samples: {}", to.display())));
            output::line(&lines.join("\n"))?;
        }
        Ok(())
    }

    fn options(&self) -> FinetuneOptions {
        let usual = FinetuneOptions::new(self.trains);
        let count = |given: Option<u16>, usual| given.map_or(usual, usize::from);
        FinetuneOptions {
            epochs: self.epochs.unwrap_or(usual.epochs),
            learning_rate: self.learning_rate.unwrap_or(usual.learning_rate),
            hand: Hand { degrees: self.angle.unwrap_or(usual.hand.degrees), ..usual.hand },
            shown: count(self.shown, usual.shown),
            replay: count(self.replay, usual.replay),
            check: count(self.check, usual.check),
            held: count(self.held, usual.held),
            seed: self.seed.unwrap_or(usual.seed),
            ..usual
        }
    }
}
