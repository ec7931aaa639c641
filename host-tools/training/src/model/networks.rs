//! Which networks a program knows, and which of them a name or a model file means.

use tinyconv::model_file::ModelFile;
use tinyconv::plan::fingerprint;

use super::{Model, deployed_layers};

/// The networks that a program knows by name; the first one is that of commands that name none.
///
/// ```
/// use tinyconv_training::model::{Model, Networks, Of};
/// use tinyconv_training::training::TrainOptions;
///
/// tinyconv::network! { Linear: 1 x 28 x 28 { Dense { out: 2 } } }
///
/// static PARITY: Of<Linear> = Of::new("parity", &["even", "odd"], TrainOptions::digits);
/// static OWN: [&dyn Model; 1] = [&PARITY];
/// let networks = Networks::new(&OWN);
/// assert!(networks.named("parity").is_some() && networks.named("digits").is_none());
/// ```
#[derive(Clone, Copy)]
pub struct Networks(&'static [&'static dyn Model]);

impl Networks {
    /// The networks of a program.
    ///
    /// # Panics
    /// If there are none.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_training::model::Networks;
    ///
    /// assert_eq!(Networks::new(&MODELS).all().len(), MODELS.len());
    /// ```
    #[must_use]
    pub const fn new(models: &'static [&'static dyn Model]) -> Self {
        assert!(!models.is_empty(), "a network that the commands are about");
        Self(models)
    }

    /// All of them.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_training::model::Networks;
    ///
    /// assert_eq!(Networks::new(&MODELS).all()[4].name(), "lenet");
    /// ```
    #[must_use]
    pub const fn all(&self) -> &'static [&'static dyn Model] {
        self.0
    }

    /// That of commands that name none.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_training::model::Networks;
    ///
    /// assert_eq!(Networks::new(&MODELS).first().name(), "digits");
    /// ```
    #[must_use]
    pub const fn first(&self) -> &'static dyn Model {
        self.0[0]
    }

    /// The network called `name`.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_training::model::Networks;
    ///
    /// let networks = Networks::new(&MODELS);
    /// assert_eq!(networks.named("lenet").map(|model| model.border()), Some(2));
    /// assert!(networks.named("alexnet").is_none());
    /// ```
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&'static dyn Model> {
        self.0.iter().copied().find(|model| model.name() == name)
    }

    /// The network that a model file's parameters belong to, under whatever name they were written.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use tinyconv_training::files;
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_training::model::Networks;
    ///
    /// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
    /// let bytes = files::read(path)?;
    /// let file = files::parse(path, &bytes)?;
    /// let model = Networks::new(&MODELS).of_file(&file);
    /// assert_eq!(model.map(|model| model.name()), Some("digits"));
    /// # Ok::<(), files::FileError>(())
    /// ```
    #[must_use]
    pub fn of_file(&self, file: &ModelFile<'_>) -> Option<&'static dyn Model> {
        // Equal fingerprints mean equal layers, unless somebody made them equal; the number of
        // parameters is what evaluation relies on.
        self.0.iter().copied().find(|model| {
            model.fingerprint() == file.fingerprint && model.parameters() == file.parameters().len()
        })
    }

    /// The network whose deployed form a model file's parameters belong to.
    ///
    /// ```
    /// use tinyconv::model_file::{ModelFile, Normalisation, Training};
    /// use tinyconv::{Deployed, Network};
    /// use tinyconv_training::model::{Model, Networks, Of};
    /// use tinyconv_training::training::TrainOptions;
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 1 }, BatchNorm } }
    ///
    /// static OWN: [&dyn Model; 1] = [&Of::<Net>::new("own", &["x"], TrainOptions::digits)];
    /// type Device = Deployed<Net>;
    /// let file = ModelFile::new(
    ///     "own-deployed",
    ///     Device::INPUT,
    ///     Device::LAYERS,
    ///     Normalisation { mean: 0.0, deviation: 255.0 },
    ///     &["x"],
    ///     Training { epochs: 0, batch: 0, seed: 0, learning_rate: 0.0, test_accuracy: 0.0 },
    ///     &[0; 4 * Device::PARAMS],
    /// )?;
    /// let networks = Networks::new(&OWN);
    /// assert!(networks.of_file(&file).is_none());
    /// assert_eq!(networks.of_deployed_file(&file).map(|model| model.name()), Some("own"));
    /// # Ok::<(), tinyconv::model_file::ModelFileError>(())
    /// ```
    #[must_use]
    pub fn of_deployed_file(&self, file: &ModelFile<'_>) -> Option<&'static dyn Model> {
        self.0.iter().copied().find(|model| {
            fingerprint(model.input(), &deployed_layers(&model.layers())) == file.fingerprint
        })
    }

    /// Their names, for a message.
    #[doc(hidden)]
    pub fn names(&self) -> String {
        self.0.iter().map(|model| model.name()).collect::<Vec<_>>().join(", ")
    }
}

impl std::fmt::Debug for Networks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|model| model.name())).finish()
    }
}
