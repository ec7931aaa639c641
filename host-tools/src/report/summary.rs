//! What a report is made from: a network, what it says of test images, and how it was trained.

use std::path::Path;

use tinyconv::spec::{Dims, LayerSpec};

use super::mistakes::Mistakes;
use super::picture::{self, Picture};
use super::result::Figures;
use super::{Confidence, Run, page};
use crate::boards::Room;
use crate::data::Split;
use crate::files::{self, FileError};
use crate::model::{Memory, Model};
use crate::training::{EvaluateOptions, Evaluation, InvalidOptions};

/// Mistakes that are shown.
const MISTAKES: usize = 20;

/// What is known about a network.
#[derive(Clone, Debug)]
pub struct Report {
    pub(super) name: String,
    pub(super) labels: Vec<String>,
    pub(super) input: Dims,
    pub(super) layers: &'static [LayerSpec<'static>],
    pub(super) parameters: Vec<f32>,
    pub(super) memory: Memory,
    pub(super) room: Room,
    pub(super) options: EvaluateOptions,
    pub(super) evaluation: Evaluation,
    pub(super) mistakes: Mistakes,
    pub(super) pictures: Vec<Picture>,
    pub(super) run: Option<Run>,
}

impl Report {
    /// Evaluates `model` with `parameters` on the images of `test`.
    ///
    /// # Errors
    /// As [`Model::evaluate_each`].
    ///
    /// # Panics
    /// As [`Model::evaluate_each`].
    pub fn of(
        model: &dyn Model,
        parameters: &[f32],
        test: &Split,
        options: &EvaluateOptions,
    ) -> Result<Self, InvalidOptions> {
        let layers = model.layers();
        let mut mistakes = Mistakes::new(MISTAKES, Confidence::of(layers, options.loss));
        let evaluation =
            model.evaluate_each(parameters, test, options, &mut |index, outputs| {
                mistakes.consider(index, test.labels[index as usize], outputs);
            })?;
        let images = &test.images;
        let picture = |index: u32| {
            picture::of_bytes(images.rows, images.columns, images.image(index as usize))
        };
        Ok(Self {
            name: model.name().into(),
            labels: model.labels().iter().map(|&label| label.into()).collect(),
            input: model.input(),
            layers,
            parameters: parameters.to_vec(),
            memory: model.memory(),
            room: Room::default(),
            options: *options,
            evaluation,
            pictures: mistakes.list().iter().map(|mistake| picture(mistake.index)).collect(),
            mistakes,
            run: None,
        })
    }

    /// The same with the run that the parameters are from.
    #[must_use]
    pub fn with_run(self, run: Run) -> Self {
        Self { run: Some(run), ..self }
    }

    /// The same under another name, and with other names for the classes: those in a model file.
    /// Labels that are not as many as there are classes are left as they were.
    #[must_use]
    pub fn with_names(self, name: &str, labels: &[&str]) -> Self {
        let labels = if labels.len() == self.labels.len() {
            labels.iter().map(|&label| label.into()).collect()
        } else {
            self.labels
        };
        Self { name: name.into(), labels, ..self }
    }

    /// What the network says of the test images.
    #[must_use]
    pub const fn evaluation(&self) -> &Evaluation {
        &self.evaluation
    }

    /// The mistakes that it is surest of.
    #[must_use]
    pub const fn mistakes(&self) -> &Mistakes {
        &self.mistakes
    }

    /// The run that the parameters are from, if it is known.
    #[must_use]
    pub const fn run(&self) -> Option<&Run> {
        self.run.as_ref()
    }

    /// The page: HTML in one file, at most 2 MB, that needs nothing from elsewhere.
    #[must_use]
    pub fn html(&self) -> String {
        page::page(self)
    }

    /// The figures of the page as one JSON object in one line: the last line of `metrics.jsonl`.
    ///
    /// # Panics
    /// Never: the figures are numbers, texts and lists.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string(&Figures::of(self)).expect("numbers, texts and lists are JSON")
    }

    /// Writes the page to `path`, whole or not at all.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        files::write(path, self.html().as_bytes())
    }

    /// What a class is called.
    pub(super) fn label(&self, class: usize) -> String {
        match self.labels.get(class) {
            Some(label) => label.clone(),
            None => "none".into(),
        }
    }
}
