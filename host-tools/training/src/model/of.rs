//! The bridge from a network's type to a [`Model`].

use std::path::Path;
use std::sync::LazyLock;

use tinyconv::Network;

use super::Model;
use crate::training::{AnyNetwork, TrainOptions, Typed};

/// Network `N` with a name, names for its classes, and a recipe.
///
/// It makes a [`Model`] of any network, so a program of yours trains your network in the same way
/// as the tool trains its own:
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tinyconv_training::data::{Augmentation, Dataset, Inputs, Split};
/// use tinyconv_training::model::{Model, Of, train};
/// use tinyconv_training::training::TrainOptions;
/// use tinyconv::model_file::ModelFile;
///
/// tinyconv::network! {
///     /// Tells which of two pixels is the brighter one.
///     pub Brighter: 1 x 1 x 2 { Dense { out: 2 } }
/// }
///
/// fn recipe() -> TrainOptions {
///     TrainOptions { epochs: 50, augmentation: Augmentation::NONE, ..TrainOptions::digits() }
/// }
///
/// let model = Of::<Brighter>::new("brighter", &["left", "right"], recipe);
/// let pixels = vec![200, 10, 40, 60, 90, 30, 0, 250];
/// let inputs = Inputs::bytes([1, 1, 2], pixels);
/// let split = Split::new(inputs, vec![0, 1, 0, 1]);
/// let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// let trained = train(&model, &dataset, &recipe(), &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!(trained.test.accuracy(), 1.0);
///
/// let bytes = tinyconv_training::files::encode(&model, &recipe(), &trained)?;
/// assert_eq!(ModelFile::parse(&bytes)?.labels, ["left", "right"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Of<N> {
    name: &'static str,
    labels: &'static [&'static str],
    recipe: fn() -> TrainOptions,
    border: usize,
    project: Option<&'static str>,
    network: Typed<N>,
}

impl<N: Network> Of<N> {
    /// Puts a model together. Without labels, outputs are numbered, until a data set names its classes.
    ///
    /// # Panics
    /// If there are labels, but not as many as the network has outputs; in a constant, that is an error
    /// of the compiler.
    ///
    /// ```
    /// use tinyconv_training::model::{Model, Of};
    /// use tinyconv_training::training::TrainOptions;
    ///
    /// tinyconv::network! { Net: 1 x 8 x 8 { Dense { out: 2 } } }
    ///
    /// static MODEL: Of<Net> = Of::new("parity", &["even", "odd"], TrainOptions::digits);
    /// assert_eq!((MODEL.name(), MODEL.labels(), MODEL.parameters()), ("parity", vec!["even", "odd"], 130));
    /// let numbered = Of::<Net>::new("parity", &[], TrainOptions::digits);
    /// assert_eq!(numbered.labels(), ["0", "1"]);
    /// ```
    #[must_use]
    pub const fn new(
        name: &'static str,
        labels: &'static [&'static str],
        recipe: fn() -> TrainOptions,
    ) -> Self {
        assert!(
            labels.is_empty() || labels.len() == N::OUTPUT_LEN,
            "one label for each output, or none at all"
        );
        Self { name, labels, recipe, border: 0, project: None, network: Typed::NEW }
    }

    /// The same for images with `border` rows and columns of zeros on every side.
    ///
    /// ```
    /// use tinyconv_training::model::{Model, Of};
    /// use tinyconv_training::training::TrainOptions;
    ///
    /// tinyconv::network! { Net: 1 x 32 x 32 { Dense { out: 2 } } }
    ///
    /// // Takes images of 28 x 28.
    /// static MODEL: Of<Net> = Of::new("parity", &["0", "1"], TrainOptions::digits).with_border(2);
    /// assert_eq!(MODEL.border(), 2);
    /// ```
    #[must_use]
    pub const fn with_border(self, border: usize) -> Self {
        Self { border, ..self }
    }

    /// The same as the network of the project in a directory: after each training, the tool writes what
    /// the project's firmware includes, and the project's settings say which data it is trained with.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use tinyconv_training::model::{Model, Of};
    /// use tinyconv_training::training::TrainOptions;
    ///
    /// tinyconv::network! { Net: 1 x 8 x 8 { Dense { out: 2 } } }
    ///
    /// static MODEL: Of<Net> =
    ///     Of::new("parity", &[], TrainOptions::digits).with_project("/home/ada/parity");
    /// assert_eq!(MODEL.project(), Some(Path::new("/home/ada/parity")));
    /// ```
    #[must_use]
    pub const fn with_project(self, directory: &'static str) -> Self {
        Self { project: Some(directory), ..self }
    }
}

/// The names of outputs that have none.
static NUMBERS: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..=u16::MAX).map(|number| number.to_string()).collect());

impl<N: Network> Model for Of<N> {
    fn name(&self) -> &str {
        self.name
    }

    fn labels(&self) -> Vec<&str> {
        if self.labels.is_empty() {
            NUMBERS.iter().take(N::OUTPUT_LEN).map(String::as_str).collect()
        } else {
            self.labels.to_vec()
        }
    }

    fn recipe(&self) -> TrainOptions {
        (self.recipe)()
    }

    fn network(&self) -> &dyn AnyNetwork {
        &self.network
    }

    fn border(&self) -> usize {
        self.border
    }

    fn fingerprint(&self) -> u64 {
        N::FINGERPRINT
    }

    fn project(&self) -> Option<&'static Path> {
        self.project.map(Path::new)
    }
}
