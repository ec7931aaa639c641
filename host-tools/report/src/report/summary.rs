//! What a report is made from: a network, what it says of test images, and how it was trained.

use super::mistakes::Mistakes;
use super::picture::{self, Picture};
use super::result::Figures;
use super::{Confidence, Mistake, Run, page};
use crate::boards::Room;
use tinyconv_training::data::Split;
use tinyconv_training::model::{Memory, Model, NetworkInfo, evaluate};
use tinyconv_training::training::{EvaluateOptions, Evaluation, InvalidOptions};

/// Mistakes that are shown.
const MISTAKES: usize = 20;

/// What is known about a network.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::Of;
/// use tinyconv_report::report::Report;
///
/// tinyconv::network! {
///     /// Tells which of two pixels is the brighter one.
///     pub Brighter: 1 x 1 x 2 { Dense { out: 2 } }
/// }
///
/// let model = Of::<Brighter>::new("brighter", &["left", "right"], || MODELS[0].recipe());
/// let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
/// let test = Split::new(inputs, vec![0, 1, 1, 1]); // the third label is wrong
/// let parameters = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]; // outputs are inputs
/// let report = Report::of(&model, &parameters, &test, &MODELS[0].recipe().evaluation())?;
/// assert_eq!(report.evaluation().confusion, [[1, 0], [1, 2]]);
/// assert_eq!(report.mistakes().list()[0].index, 2);
/// assert!(report.html().contains("Tested on 4 images."));
/// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    pub(super) network: NetworkInfo,
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
    /// As [`evaluate`].
    ///
    /// # Panics
    /// As [`evaluate`].
    ///
    /// ```
    /// # use tinyconv_training::data::{Inputs, Split};
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Of;
    /// # use tinyconv_report::report::Report;
    /// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # let model = Of::<Brighter>::new("brighter", &["left", "right"], || MODELS[0].recipe());
    /// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
    /// # let test = Split::new(inputs, vec![0, 1, 1, 1]);
    /// # let options = MODELS[0].recipe().evaluation();
    /// let report = Report::of(&model, &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], &test, &options)?;
    /// assert_eq!((report.evaluation().samples(), report.run().is_none()), (4, true));
    /// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
    /// ```
    pub fn of(
        model: &dyn Model,
        parameters: &[f32],
        test: &Split,
        options: &EvaluateOptions,
    ) -> Result<Self, InvalidOptions> {
        Self::observed(model, parameters, test, options, &mut |_| {})
    }

    /// The same, which shows `observe` the number of each sample that is done, in ascending order.
    ///
    /// # Errors
    /// As of [`Report::of`].
    ///
    /// # Panics
    /// As of [`Report::of`].
    ///
    /// ```
    /// # use tinyconv_training::data::{Inputs, Split};
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Of;
    /// # use tinyconv_report::report::Report;
    /// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # let model = Of::<Brighter>::new("brighter", &["left", "right"], || MODELS[0].recipe());
    /// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
    /// # let test = Split::new(inputs, vec![0, 1, 1, 1]);
    /// # let options = MODELS[0].recipe().evaluation();
    /// let mut seen = Vec::new();
    /// let parameters = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    /// Report::observed(&model, &parameters, &test, &options, &mut |sample| seen.push(sample))?;
    /// assert_eq!(seen, [0, 1, 2, 3]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn observed(
        model: &dyn Model,
        parameters: &[f32],
        test: &Split,
        options: &EvaluateOptions,
        observe: &mut (dyn FnMut(u32) + Send),
    ) -> Result<Self, InvalidOptions> {
        let confidence = Confidence::of(&model.layers(), options.loss);
        let mut mistakes = Mistakes::new(MISTAKES, confidence);
        let evaluation = evaluate(model, parameters, test, options, &mut |index, outputs| {
            observe(index);
            if test.targets.is_empty() {
                mistakes.consider(index, test.labels[index as usize], outputs);
            }
        })?;
        let picture = |mistake: &Mistake| {
            let images = test.images()?;
            let pixels = images.image(mistake.index as usize);
            Some(picture::of_bytes(images.rows, images.columns, pixels))
        };
        Ok(Self {
            network: NetworkInfo::of(model),
            parameters: parameters.to_vec(),
            memory: model.memory(),
            room: Room::default(),
            options: *options,
            evaluation,
            pictures: mistakes.list().iter().filter_map(picture).collect(),
            mistakes,
            run: None,
        })
    }

    /// The same with the run that the parameters are from.
    ///
    /// ```
    /// # use tinyconv_training::data::{Inputs, Split};
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Of;
    /// # use tinyconv_report::report::Report;
    /// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # let model = Of::<Brighter>::new("brighter", &["left", "right"], || MODELS[0].recipe());
    /// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
    /// # let test = Split::new(inputs, vec![0, 1, 1, 1]);
    /// # let options = MODELS[0].recipe().evaluation();
    /// # let report = Report::of(&model, &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], &test, &options)?;
    /// # use tinyconv_report::report::Run;
    /// # use tinyconv_training::training::{Ending, Evaluation, History, Trained};
    /// # let trained = Trained {
    /// #     parameters: Vec::new(),
    /// #     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
    /// #     epochs: 20,
    /// #     kept: 20,
    /// #     images_per_second: 1000.0,
    /// #     ending: Ending::Finished,
    /// #     history: History::default(),
    /// # };
    /// assert!(report.json().contains(r#""ending":null"#));
    /// let report = report.with_run(Run::new(&MODELS[0].recipe(), 60_000, &trained));
    /// assert!(report.json().contains(r#""ending":"finished""#));
    /// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
    /// ```
    #[must_use]
    pub fn with_run(self, run: Run) -> Self {
        Self { run: Some(run), ..self }
    }

    /// The same under another name, and with other names for the classes: those in a model file.
    /// Labels that are not as many as there are classes are left as they were.
    ///
    /// ```
    /// # use tinyconv_training::data::{Inputs, Split};
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Of;
    /// # use tinyconv_report::report::Report;
    /// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # let model = Of::<Brighter>::new("brighter", &["left", "right"], || MODELS[0].recipe());
    /// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
    /// # let test = Split::new(inputs, vec![0, 1, 1, 1]);
    /// # let options = MODELS[0].recipe().evaluation();
    /// # let report = Report::of(&model, &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], &test, &options)?;
    /// let report = report.with_names("pixels", &["first", "second"]);
    /// assert!(report.json().contains(r#""network":"pixels","labels":["first","second"]"#));
    /// let report = report.with_names("pixels", &["one", "two", "three"]);
    /// assert!(report.json().contains(r#""labels":["first","second"]"#));
    /// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
    /// ```
    #[must_use]
    pub fn with_names(mut self, name: &str, labels: &[&str]) -> Self {
        self.network.name = name.to_owned();
        if labels.len() == self.network.labels.len() {
            self.network.labels = labels.iter().map(ToString::to_string).collect();
        }
        self
    }

    /// What the network says of the test images.
    ///
    /// ```
    /// # use tinyconv_training::data::{Inputs, Split};
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Of;
    /// # use tinyconv_report::report::Report;
    /// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # let model = Of::<Brighter>::new("brighter", &["left", "right"], || MODELS[0].recipe());
    /// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
    /// # let test = Split::new(inputs, vec![0, 1, 1, 1]);
    /// # let options = MODELS[0].recipe().evaluation();
    /// # let report = Report::of(&model, &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], &test, &options)?;
    /// assert_eq!(report.evaluation().accuracy(), 0.75);
    /// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
    /// ```
    #[must_use]
    pub const fn evaluation(&self) -> &Evaluation {
        &self.evaluation
    }

    /// The mistakes that it is surest of.
    ///
    /// ```
    /// # use tinyconv_training::data::{Inputs, Split};
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Of;
    /// # use tinyconv_report::report::Report;
    /// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # let model = Of::<Brighter>::new("brighter", &["left", "right"], || MODELS[0].recipe());
    /// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
    /// # let test = Split::new(inputs, vec![0, 1, 1, 1]);
    /// # let options = MODELS[0].recipe().evaluation();
    /// # let report = Report::of(&model, &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], &test, &options)?;
    /// let [mistake] = report.mistakes().list() else { panic!("one of four") };
    /// assert_eq!((mistake.index, mistake.label, mistake.predicted), (2, 1, 0));
    /// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
    /// ```
    #[must_use]
    pub const fn mistakes(&self) -> &Mistakes {
        &self.mistakes
    }

    /// The run that the parameters are from, if it is known.
    ///
    /// ```
    /// # use tinyconv_training::data::{Inputs, Split};
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Of;
    /// # use tinyconv_report::report::Report;
    /// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # let model = Of::<Brighter>::new("brighter", &["left", "right"], || MODELS[0].recipe());
    /// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
    /// # let test = Split::new(inputs, vec![0, 1, 1, 1]);
    /// # let options = MODELS[0].recipe().evaluation();
    /// # let report = Report::of(&model, &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], &test, &options)?;
    /// # use tinyconv_report::report::Run;
    /// # use tinyconv_training::training::{Ending, Evaluation, History, Trained};
    /// # let trained = Trained {
    /// #     parameters: Vec::new(),
    /// #     test: Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 },
    /// #     epochs: 20,
    /// #     kept: 20,
    /// #     images_per_second: 1000.0,
    /// #     ending: Ending::Finished,
    /// #     history: History::default(),
    /// # };
    /// assert!(report.run().is_none());
    /// let report = report.with_run(Run::new(&MODELS[0].recipe(), 60_000, &trained));
    /// assert_eq!(report.run().map(Run::samples), Some(60_000));
    /// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
    /// ```
    #[must_use]
    pub const fn run(&self) -> Option<&Run> {
        self.run.as_ref()
    }

    /// The page: HTML in one file, at most 2 MB, that needs nothing from elsewhere.
    ///
    /// ```
    /// # use tinyconv_training::data::{Inputs, Split};
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Of;
    /// # use tinyconv_report::report::Report;
    /// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # let model = Of::<Brighter>::new("brighter", &["left", "right"], || MODELS[0].recipe());
    /// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
    /// # let test = Split::new(inputs, vec![0, 1, 1, 1]);
    /// # let options = MODELS[0].recipe().evaluation();
    /// # let report = Report::of(&model, &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], &test, &options)?;
    /// let page = report.html();
    /// assert!(page.starts_with("<!DOCTYPE html>") && page.contains("1 of 4 wrong"));
    /// assert!(!page.contains("<script") && page.len() < 2_000_000);
    /// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
    /// ```
    #[must_use]
    pub fn html(&self) -> String {
        page::page(self)
    }

    /// The figures of the page as one JSON object in one line: the last line of `metrics.jsonl`.
    ///
    /// # Panics
    /// Never: the figures are numbers, texts and lists.
    ///
    /// ```
    /// # use tinyconv_training::data::{Inputs, Split};
    /// # use tinyconv_built_in::MODELS;
    /// # use tinyconv_training::model::Of;
    /// # use tinyconv_report::report::Report;
    /// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # let model = Of::<Brighter>::new("brighter", &["left", "right"], || MODELS[0].recipe());
    /// # let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
    /// # let test = Split::new(inputs, vec![0, 1, 1, 1]);
    /// # let options = MODELS[0].recipe().evaluation();
    /// # let report = Report::of(&model, &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], &test, &options)?;
    /// let figures = report.json();
    /// assert!(figures.starts_with(r#"{"event":"result","network":"brighter","#));
    /// assert!(figures.contains(r#""test_accuracy":0.75"#) && !figures.contains('\n'));
    /// # Ok::<(), tinyconv_training::training::InvalidOptions>(())
    /// ```
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string(&Figures::of(self)).expect("numbers, texts and lists are JSON")
    }

    /// What a class is called.
    pub(super) fn label(&self, class: usize) -> String {
        match self.network.labels.get(class) {
            Some(label) => label.clone(),
            None => "none".into(),
        }
    }
}
