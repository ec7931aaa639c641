//! `tinyconv finetune`: what a board will do when it is taught another hand, before it does.

mod report;
mod taken;

use std::path::{Path, PathBuf};

use crate::finetune::{
    FinetuneError, FinetuneOptions, SETS, SessionSamples, Trains, finetune, records,
};
use anyhow::Context;
use clap::Args;
use tinyconv::model_file::{ModelFile, Training};
use tinyconv_training::data::{DataError, Hand, Opened, Split};
use tinyconv_training::files::{self, FileSet};
use tinyconv_training::model::{Model, Networks};
use tinyconv_training::text::shown;

use super::data::{DIGITS, open_test, or_remembered};
use crate::export::DeployedModel;

use super::kept::commit;
use super::limits::LimitArguments;
use super::networks::FIRST;
use super::output;
use report::SessionReport;
use taken::{Taken, TakenError, directories};

/// Fine-tune a model as a device does, and print the lines that the device will print.
///
/// Test images are redrawn in a new handwriting (rotated, with a finer pen, on grey paper). The
/// model trains on a few of them, one sample at a time, mixed with a few in the old handwriting;
/// accuracy is measured on images it has not seen. New samples of your own, of any classes, come in
/// place of the handwriting with --shown DIR --held DIR. Training sample by sample uses one thread and
/// gives the bits of a microcontroller.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct FinetuneArguments {
    /// Model file to start from.
    #[arg(default_value_os_t = PathBuf::from(FIRST))]
    model_file: PathBuf,
    /// How many of the last layers to train, or all.
    #[arg(long, value_name = "LAYERS", default_value = "1", value_parser = str::parse::<Trains>)]
    trains: Trains,
    /// Passes over the training samples [default: 10].
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// Learning rate [default: 0.02 for the last layer alone, 0.003 otherwise].
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    learning_rate: Option<f32>,
    /// Training samples in the new handwriting [default: 40], or a directory of new samples, in any
    /// form that `train` reads: all of them (a directory called 40 is ./40).
    #[arg(long, value_name = "N|DIR", value_parser = str::parse::<Taken>)]
    shown: Option<Taken>,
    /// Training samples in the old handwriting, against forgetting; may be 0 [default: 20].
    #[arg(long, value_name = "N")]
    replay: Option<u16>,
    /// Samples in each handwriting that decide whether to keep an epoch [default: 20].
    #[arg(long, value_name = "N")]
    check: Option<u16>,
    /// Samples in each handwriting to measure accuracy on [default: 100], or a directory of new
    /// samples: a quarter of each class decides whether to keep an epoch, the rest is for accuracy.
    #[arg(long, value_name = "N|DIR", value_parser = str::parse::<Taken>)]
    held: Option<Taken>,
    /// Clockwise rotation of the new handwriting, in degrees [default: 25].
    #[arg(long, value_name = "DEGREES", allow_hyphen_values = true)]
    angle: Option<f32>,
    /// Seed for the choice and the order of samples [default: 1].
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Data set directory, in any form that `train` reads [default: the bundled MNIST].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    limits: LimitArguments,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Write the fine-tuned model to this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the samples to this directory, in the form that firmware includes: a two-byte label,
    /// low byte first, then one byte per pixel.
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cargo run -p host-tools -- finetune trained/digits.tinyconv
  cargo run -p host-tools -- finetune trained/digits.tinyconv --trains all --out tuned.tinyconv
  cargo run -p host-tools -- finetune --export firmware/samples
  cargo run -p host-tools -- finetune --shown new/train --held new/test";

/// What is said where there are no old samples.
const UNMEASURED: &str =
    "forgetting was not measured: give the data set that the model was trained with (--data)";

/// What the model's outputs are called.
fn labels<'a>(model: &'a dyn Model, base: &ModelFile<'a>) -> Vec<&'a str> {
    if base.labels.is_empty() { model.labels() } else { base.labels.to_vec() }
}

impl FinetuneArguments {
    /// Runs the command.
    pub fn run(self, networks: Networks) -> anyhow::Result<()> {
        let directories = directories(self.shown.as_ref(), self.held.as_ref())?;
        let of_the_hand = [("check", self.check.is_some()), ("angle", self.angle.is_some())];
        if let (Some(_), Some((option, _))) =
            (directories, of_the_hand.into_iter().find(|&(_, is_given)| is_given))
        {
            return Err(TakenError::OfTheHand(option).into());
        }
        let options = self.options();
        options.validate()?;
        let bytes = files::read(&self.model_file)?;
        let base = files::parse(&self.model_file, &bytes)?;
        // What a device has: normalisation folded into the layers before it, dropout left out.
        let deployed = DeployedModel::new(&base);
        let base = deployed.file()?;
        let model = files::any_model_of(networks, &self.model_file, &base)?;
        let model = &*model;
        options.check(model)?;
        let exported =
            |directory: &PathBuf| SETS.map(|set| directory.join(set).with_extension("bin"));
        let exports: Vec<PathBuf> = self.export.iter().flat_map(exported).collect();
        for path in self.out.iter().chain(&exports) {
            files::check_writable(path)?;
        }
        let samples = match directories {
            Some(directories) => self.given(networks, model, &base, directories, &options)?,
            None => self.drawn(networks, model, &base, &options)?,
        };
        let samples = samples.padded(model.border());

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
        let mut written = FileSet::default();
        if let Some(out) = &self.out {
            let bytes = files::encode_finetuned(model, &base, training, &outcome.parameters)?;
            written.add_model(out, &bytes).context("the fine-tuned model was not written")?;
        }
        for (path, set) in exports.iter().zip(samples.sets()) {
            written.add(path, &records(set)).context("the samples were not written")?;
        }
        commit(written)?;

        if self.json {
            let angle = directories.is_none().then_some(options.hand.degrees);
            let files = self.out.iter().chain(&exports).cloned().collect();
            let report = SessionReport::new(model, &options, angle, &samples, &outcome, files);
            output::line(&serde_json::to_string(&report)?)?;
        } else {
            let mut lines = outcome.lines(&options, &samples);
            if samples.upright.labels.is_empty() {
                lines.push(UNMEASURED.to_owned());
            }
            lines.extend(self.out.iter().map(|out| format!("model file: {}", shown(out))));
            lines.extend(self.export.iter().map(|to| format!("samples: {}", shown(to))));
            output::line(&lines.join("\n"))?;
        }
        Ok(())
    }

    /// Of the data set, some in another hand.
    fn drawn(
        &self,
        networks: Networks,
        model: &dyn Model,
        base: &ModelFile<'_>,
        options: &FinetuneOptions,
    ) -> anyhow::Result<SessionSamples> {
        let labels = labels(model, base);
        if labels != DIGITS {
            let labels = labels.iter().map(ToString::to_string).collect();
            return Err(FinetuneError::NotDigits { labels }.into());
        }
        let data = or_remembered(networks, self.data.clone())?;
        let test = open_test(data.as_deref(), model, &base.labels, base.data)?.data;
        Ok(SessionSamples::choose(&test, labels.len(), options)?)
    }

    /// The user's own.
    fn given(
        &self,
        networks: Networks,
        model: &dyn Model,
        base: &ModelFile<'_>,
        directories: [&Path; 2],
        options: &FinetuneOptions,
    ) -> anyhow::Result<SessionSamples> {
        let labels = labels(model, base);
        let (shape, classes) = (model.images(), labels.len());
        let read = |directory: &Path| -> Result<Split, DataError> {
            let opened = Opened::<Split>::open_whole(directory, shape, classes)?;
            let opened = opened.by_name(&labels)?;
            opened.notes.iter().for_each(|note| output::note(note));
            Ok(opened.data)
        };
        let [shown, held] = directories;
        let (shown, held) = (read(shown)?, read(held)?);
        let old = self.old(networks, model, base)?;
        if let (None, Some(replay @ 1..)) = (&old, self.replay) {
            return Err(TakenError::NothingToReplay(replay).into());
        }
        Ok(SessionSamples::given(shown, &held, old.as_ref(), shape, classes, options)?)
    }

    /// What the model was tested with, if it is there. A data set that was asked for must be.
    fn old(
        &self,
        networks: Networks,
        model: &dyn Model,
        base: &ModelFile<'_>,
    ) -> anyhow::Result<Option<Split>> {
        let data = or_remembered(networks, self.data.clone())?;
        match open_test(data.as_deref(), model, &base.labels, base.data) {
            Ok(opened) => Ok(Some(opened.data)),
            Err(
                DataError::MissingDirectory { .. }
                | DataError::OtherData { .. }
                | DataError::NotMnist { .. }
                | DataError::NotDigits { .. },
            ) if self.data.is_none() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn options(&self) -> FinetuneOptions {
        let usual = FinetuneOptions::new(self.trains);
        let count = |given: Option<u16>, usual| given.map_or(usual, usize::from);
        let drawn = |given: &Option<Taken>, usual| match given {
            Some(Taken::Drawn(number)) => usize::from(*number),
            _ => usual,
        };
        FinetuneOptions {
            epochs: self.epochs.unwrap_or(usual.epochs),
            learning_rate: self.learning_rate.unwrap_or(usual.learning_rate),
            hand: Hand { degrees: self.angle.unwrap_or(usual.hand.degrees), ..usual.hand },
            shown: drawn(&self.shown, usual.shown),
            replay: count(self.replay, usual.replay),
            check: count(self.check, usual.check),
            held: drawn(&self.held, usual.held),
            seed: self.seed.unwrap_or(usual.seed),
            limits: self.limits.limits(),
            ..usual
        }
    }
}
