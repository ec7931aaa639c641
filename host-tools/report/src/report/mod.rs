//! Reports of a network: a page that opens without a network connection, and the same figures for programs.
//!
//! A [`Report`] is what an evaluation and, if there was one, a training run showed: curves, confusions,
//! the most confident mistakes as pictures, the learnt filters, costs of each layer, and which boards
//! the network fits. [`Report::html`] is a page in one file, without scripts and without anything from
//! elsewhere; [`Report::json`] are its figures. The tool writes both after `train` and `eval`, and so
//! does a program of yours:
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use tinyconv_training::data::{Augmentation, Dataset, Inputs, Split};
//! use tinyconv_built_in::MODELS;
//! use tinyconv_training::model::{Of, train};
//! use tinyconv_report::report::{Report, Run};
//! use tinyconv_training::training::TrainOptions;
//!
//! tinyconv::network! {
//!     /// Tells which of two pixels is the brighter one.
//!     pub Brighter: 1 x 1 x 2 { Dense { out: 2 } }
//! }
//!
//! let recipe = || TrainOptions { epochs: 9, augmentation: Augmentation::NONE, ..MODELS[0].recipe() };
//! let model = Of::<Brighter>::new("brighter", &["left", "right"], recipe);
//! let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
//! let split = Split::new(inputs, vec![0, 1, 0, 1]);
//! let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
//!
//! let options = recipe();
//! let trained = train(&model, &dataset, &options, &mut |_| ControlFlow::Continue(()))?;
//! let report = Report::of(&model, &trained.parameters, &dataset.test, &options.evaluation())?
//!     .with_run(Run::new(&options, dataset.train.labels.len(), &trained));
//! assert_eq!(report.evaluation().accuracy(), trained.test.accuracy());
//! let page = report.html();
//! assert!(page.starts_with("<!DOCTYPE html>") && page.contains("brighter"));
//! assert!(report.json().contains(r#""network":"brighter""#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod confidence;
mod confusion;
mod curves;
mod devices;
mod filters;
mod layers;
mod metrics;
mod mistake;
mod mistakes;
mod number;
mod page;
mod picture;
mod result;
mod run;
mod summary;

pub use confidence::Confidence;
pub use metrics::Metrics;
pub use mistake::Mistake;
pub use mistakes::Mistakes;
#[doc(hidden)]
pub use number::loss as loss_text;
pub use run::Run;
pub use summary::Report;
