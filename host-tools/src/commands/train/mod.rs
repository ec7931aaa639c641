//! `tinyconv train`: from a data set to a model file.

mod arguments;
mod diverged;
pub mod interrupt;
mod progress;
mod report;

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::data::{Dataset, Opened, bundled_mnist_dir};
use crate::model::Model;
use crate::training::{Ending, TrainOptions, Trained};
use crate::{files, firmware};
use anyhow::Context;

pub use arguments::{TrainArguments, model_parser, threads_parser};
pub use diverged::Diverged;
use progress::Progress;
use report::Report;

use super::output;
use super::program::program;
use super::text::shell_word;

impl TrainArguments {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        let start = Instant::now();
        let model = self.model;
        let options = self.options();
        // Everything that can be refused is refused before the work begins.
        options.validate()?;
        let path = model_file(&self.out, model.name());
        files::check_writable(&path)?;
        if let Some(directory) = model.firmware() {
            firmware::check_writable(directory)?;
        }
        let directory = self.data.unwrap_or_else(bundled_mnist_dir);
        let opened = Opened::<Dataset>::open(&directory, model.images(), model.labels().len())?;
        opened.notes.iter().for_each(|note| output::note(note));
        let labels = opened.labels_or(model.labels());
        let dataset = &opened.data;

        let mut progress = Progress::new(&options, dataset.train.labels.len(), self.json);
        // Before the first line: whoever reads it may already stop the run.
        interrupt::listen().context("cannot listen for Ctrl-C")?;
        progress.line(&introduction(model, &options, dataset, &directory))?;
        let trained = model.train(dataset, &options, &mut |event| progress.observe(event))?;
        progress.finish();

        if let Ending::Diverged { epoch, learnt } = trained.ending {
            let kept =
                learnt.then(|| model_file(&self.out, &format!("{}-last-good", model.name())));
            if let Some(kept) = &kept {
                write(kept, model, &labels, &options, &trained)?;
            }
            let smaller = (options.learning_rate / 10.0).min(model.recipe().learning_rate);
            let learning_rate = options.learning_rate;
            return Err(Diverged { epoch, learning_rate, smaller, kept, untouched: path }.into());
        }

        let bytes = write(&path, model, &labels, &options, &trained)?;
        let report = Report::new(model, &options, &trained, start.elapsed(), &path, &bytes);
        progress.line(&report.text())?;
        progress.line(&format!(
            "model file: {}\nnext: {program} eval {word}\n      \
             {program} export {word} --format rust",
            path.display(),
            program = program(),
            word = shell_word(&path)
        ))?;
        if let Some(directory) = model.firmware() {
            let file = files::parse(&path, &bytes)?;
            firmware::write(directory, &file, &model.inputs(&dataset.test))?;
            progress.line(&format!("for the firmware: {}", directory.display()))?;
        }
        if self.json {
            output::line(&serde_json::to_string(&report)?)?;
        }
        Ok(())
    }
}

fn model_file(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}.{}", files::EXTENSION))
}

/// Writes the model file and returns its bytes.
fn write(
    path: &Path,
    model: &dyn Model,
    labels: &[&str],
    options: &TrainOptions,
    trained: &Trained,
) -> anyhow::Result<Vec<u8>> {
    let bytes = files::encode_labelled(model, labels, options, trained)?;
    files::write(path, &bytes)?;
    Ok(bytes)
}

fn introduction(
    model: &dyn Model,
    options: &TrainOptions,
    dataset: &Dataset,
    directory: &Path,
) -> String {
    format!(
        "training {} ({} parameters) with {} images, testing with {}, from {}\n{}, threads {}",
        model.name(),
        model.parameters(),
        dataset.train.labels.len(),
        dataset.test.labels.len(),
        directory.display(),
        arguments::recipe_text(options),
        options.threads,
    )
}
