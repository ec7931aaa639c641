//! `tinyconv train`: from a data set to a model file.

mod arguments;
mod diverged;
pub mod interrupt;
mod progress;
mod report;
mod run_arguments;
mod state_file;

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::firmware;
use tinyconv_report::report::{Metrics, Report, Run};
use tinyconv_training::data::{Augmentation, Dataset, augmentation_of};
use tinyconv_training::files::{self, DirectoryLock, FileError, FileSet};
use tinyconv_training::model::{self, AnyModel, Logits, Model, Networks};
use tinyconv_training::text::shown;
use tinyconv_training::training::{Ending, Event, LossKind, RunState, Saving, Sets, TrainOptions};

pub use arguments::{TrainArguments, loss_for, recipes, threads_parser};
pub use diverged::Diverged;
use progress::Progress;
use report::TrainingReport;
use run_arguments::start_text;
use state_file::{StateFile, resume_text};

use crate::project::Settings;

use super::board;
use super::data;
use super::kept::commit;
use super::networks::named;
use super::output;
use super::program::program;
use super::report::Places;
use super::text::{printable, shell_word};

/// The end of a report's name, after the network's.
const REPORT: &str = "report.html";

impl TrainArguments {
    /// Runs the command.
    pub fn run(mut self, networks: Networks) -> anyhow::Result<()> {
        let start = Instant::now();
        let owner = self.network(networks)?;
        let model: &dyn Model = &*owner;
        let mut options = self.options(model);
        // Everything that can be refused is refused before the work begins.
        let run = self.run.options(model, &mut options)?;
        options.validate()?;
        let path = model_file(&self.out, model.name());
        let _lock = DirectoryLock::of(&path)?;
        let (mut state_file, resumed) = StateFile::open(&path, self.run.resume)?;
        let places = self.report.places(&path, REPORT)?;
        files::check_writable(&path)?;
        places.iter().try_for_each(Places::check)?;
        // Whoever trains into another directory does not want the firmware to change.
        let project = model.project().filter(|root| is_same(&self.out, &firmware::directory(root)));
        if let Some(root) = project {
            firmware::check_writable(&firmware::directory(root))?;
        }
        let board = board::of_project(networks)?;
        let remembers = model.project().zip(self.data.clone());
        self.data = data::or_remembered(networks, self.data)?;
        // What was asked for is asked for again by the commands that are printed, unless it is remembered.
        let with_data = match &self.data {
            Some(directory) if model.project().is_none() => {
                format!(" --data {}", shell_word(directory))
            }
            _ => String::new(),
        };
        let bundled = self.data.is_none();
        let (directory, opened, mut labels) = data::open(self.data, model)?;
        if opened.data.train.target_len() > 1 {
            // Several numbers are no classes, and have no names.
            labels.clear();
        }
        let description = data::description(&directory, bundled, &opened.data);
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let dataset = &opened.data;
        if dataset.train.images().is_none() && project.is_some() {
            return Err(FileError::NoImages.into());
        }
        if self.augment.is_none() {
            options.augmentation = augmentation(&directory, dataset, options.augmentation);
        }
        options.loss = loss_for(&dataset.train, self.loss, options.loss);
        let sets = Sets::of(dataset, &run, options.seed)?;
        note_unseen(&sets, &labels);
        let validation = sets.validation.as_ref().map(|split| split.labels.len());
        let samples = [&*sets.train, sets.test].map(|split| split.labels.len());

        let mut metrics = places
            .as_ref()
            .map(|_| Metrics::new(model, &options, samples))
            .map(|metrics| metrics.with_options(&run, validation));
        let mut progress = Progress::new(&options, samples[0], self.json)
            .validated(validation.is_some())
            .with_classes(dataset.train.target_len() == 0);
        // Before the first line: whoever reads it may already stop the run.
        interrupt::listen()?;
        progress.line(&introduction(model, &options, &sets, &directory))?;
        if let Some(board) = board {
            progress.line(&board::line(board, &model.memory()))?;
        }
        start_text(&run, &options).map_or(Ok(()), |text| progress.line(&text))?;
        // The loss would take a softmax of the softmax.
        let is_of_classes = matches!(options.loss, LossKind::CrossEntropy(_));
        let logits = if is_of_classes { Logits::of(model) } else { None };
        if logits.is_some() {
            progress.line("trained without the Softmax at the end: cross-entropy has its own")?;
        }
        let mut history = None;
        if let Some(state) = &resumed {
            progress.line(&resume_text(state))?;
            progress.resume(state);
            history = Some(state.history().clone());
        }
        let mut save = |state: &RunState| state_file.save(state);
        let saving = Saving { resume: resumed, save: Some(&mut save) };
        let mut observe = |event: Event| {
            if let Some(metrics) = &mut metrics {
                // Not before the run has really begun.
                history.take().iter().for_each(|history| metrics.resume(history));
                metrics.observe(&event);
            }
            progress.observe(event)
        };
        let trained_model: &dyn Model = logits.as_ref().map_or(model, |logits| logits);
        let trained =
            model::train_sets(trained_model, &sets, &options, &run, saving, &mut observe)?;
        progress.finish();
        let encoded = files::encode_labelled(model, &labels, &description, &options, &trained)?;
        // All that belongs to a model, which is replaced with it or not at all.
        let mut add = |path: &Path, places: Option<&Places>, written: &mut FileSet| {
            written.add_model(path, &encoded)?;
            let Some((metrics, places)) = metrics.take().zip(places) else { return Ok(()) };
            let run = Run::new(&options, samples[0], &trained).with_options(&run, validation);
            let test = &dataset.test;
            let report = Report::of(model, &trained.parameters, test, &options.evaluation())?;
            let report = report.with_names(model.name(), &labels).with_run(run);
            written.add(&places.report, report.html().as_bytes())?;
            written.add(&places.metrics, metrics.finish(&report.json())?.as_bytes())?;
            anyhow::Ok(())
        };

        if let Ending::Diverged { epoch, learnt } = trained.ending {
            let kept =
                learnt.then(|| model_file(&self.out, &format!("{}-last-good", model.name())));
            if let Some(kept) = &kept {
                let mut written = FileSet::default();
                let places = places.as_ref().map(|_| Places::beside(kept, REPORT));
                add(kept, places.as_ref(), &mut written)?;
                commit(written)?;
            }
            state_file.remove();
            let smaller = (options.learning_rate / 10.0).min(model.recipe().learning_rate);
            let learning_rate = options.learning_rate;
            return Err(Diverged { epoch, learning_rate, smaller, kept, untouched: path }.into());
        }

        let mut write = || {
            let mut written = FileSet::default();
            add(&path, places.as_ref(), &mut written)?;
            if let Some(root) = project {
                let file = files::parse(&path, &encoded)?;
                let test = dataset.test.bordered(model.border());
                firmware::add(&firmware::directory(root), &file, &test, &mut written)?;
            }
            anyhow::Ok(commit(written)?)
        };
        if let Err(error) = write() {
            // Hours of training are not lost to a full disk.
            return Err(match state_file.to_resume() {
                Some(state) => error.context(format!(
                    "nothing was written; mend the cause, and the same command with --resume goes on from {}",
                    shown(state)
                )),
                None => error,
            });
        }
        let time = start.elapsed();
        let outcome =
            TrainingReport::new(model, &options, &trained, time, &path, &encoded, places.as_ref())
                .validated(validation.is_some(), &trained);
        progress.result(&outcome.text())?;
        match (trained.ending, state_file.to_resume()) {
            (Ending::Interrupted, Some(state)) => progress.line(&format!(
                "to go on: the same command with --resume (from {})",
                shown(state)
            ))?,
            (Ending::Interrupted, None) => {}
            _ => state_file.remove(),
        }
        let word = shell_word(&path);
        progress.line(&format!(
            "next: {}{program} eval {word}{with_data}\n      \
             {program} export {word} --format rust",
            places.map_or_else(String::new, |Places { report, .. }| format!(
                "open {} in a browser\n      ",
                shown(&report)
            )),
            program = program(networks),
        ))?;
        if let Some(root) = project {
            let directory = firmware::directory(root);
            progress.line(&format!("files for the firmware: {}", shown(&directory)))?;
        }
        if let Some((root, data)) = remembers {
            // A path in the settings begins at the project's root.
            let data = match data.is_relative() && !is_same(Path::new("."), root) {
                true => std::path::absolute(&data)?,
                false => data,
            };
            Settings::remember_data(root, &data)?;
            progress
                .line(&format!("data set of the other commands from now on: {}", shown(&data)))?;
        }
        if self.json {
            output::line(&serde_json::to_string(&outcome)?)?;
        }
        Ok(())
    }
}

impl TrainArguments {
    /// The network that is trained: a project's own, the one that was named, or that of the file to start from, for
    /// which nobody has written Rust.
    fn network(&self, networks: Networks) -> Result<AnyModel, FileError> {
        let usual = match &self.model {
            Some(name) => named(networks, name),
            None => networks.first(),
        };
        match &self.run.from {
            Some(path) if self.model.is_none() && usual.project().is_none() => {
                let bytes = files::read(path)?;
                files::any_model_of(networks, path, &files::parse(path, &bytes)?)
            }
            _ => Ok(AnyModel::Known(usual)),
        }
    }
}

/// Whether two paths are of one directory, there or not.
fn is_same(one: &Path, other: &Path) -> bool {
    let [one, other] = [one, other].map(|path| std::path::absolute(path).ok());
    one.is_some() && one == other
}

fn model_file(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}.{}", files::EXTENSION))
}

/// The recipe's augmentation, as far as it suits the data; a note says if it does not.
fn augmentation(directory: &Path, dataset: &Dataset, usual: Augmentation) -> Augmentation {
    let suits = match dataset.train.images() {
        Some(_) => augmentation_of(directory, dataset.train.inputs.shape(), usual),
        None => Augmentation::NONE,
    };
    if suits != usual {
        output::note(
            "note: these samples are not varied as the recipe has it for pictures; --augment says how to",
        );
    }
    suits
}

/// Says which classes can only be mistaken.
fn note_unseen(sets: &Sets<'_>, labels: &[&str]) {
    for class in sets.unseen() {
        let name =
            labels.get(usize::from(class)).map_or_else(|| class.to_string(), |it| printable(it));
        output::note(&format!(
            "note: no training sample is of class {name}, of which there are test samples"
        ));
    }
}

fn introduction(
    model: &dyn Model,
    options: &TrainOptions,
    sets: &Sets<'_>,
    directory: &Path,
) -> String {
    let validation = sets
        .validation
        .as_ref()
        .map_or_else(String::new, |split| format!(", validating on {}", split.labels.len()));
    format!(
        "training {} ({} parameters) on {} images{validation}, testing on {}, from {}\n{}, threads {}",
        model.name(),
        model.parameters(),
        sets.train.labels.len(),
        sets.test.labels.len(),
        shown(directory),
        arguments::recipe_text(options),
        options.threads,
    )
}
