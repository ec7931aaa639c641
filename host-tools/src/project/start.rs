//! What a new project begins with.

use std::path::{Path, PathBuf};

use crate::model::MODELS;
use tinyconv::model_file::{ModelFile, Normalisation, Normalisations};
use tinyconv_training::data::Split;
use tinyconv_training::files;
use tinyconv_training::network_source::network_source;

use super::template::{fill, template};
use crate::firmware;

/// What a new project begins with: a network, and perhaps data and parameters of it.
///
/// ```
/// use host_tools::project::Start;
///
/// let start = Start::classes(3);
/// assert!(start.network.contains("classify: Dense { out: 3 }"));
/// assert!(start.trained.is_empty() && start.data.is_none());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// The network's source.
    pub network: String,
    /// The directory of its data set.
    pub data: Option<PathBuf>,
    /// Files of a model that is trained already, each with its name in `trained/`.
    pub trained: Vec<(String, Vec<u8>)>,
    /// What that model's inputs are, if the usual recipe has something else.
    pub normalisation: Option<Normalisations>,
}

impl Start {
    /// A network to begin with, that tells apart so many classes of grey-scale pictures.
    ///
    /// ```
    /// use host_tools::project::Start;
    ///
    /// assert!(Start::classes(10).network.contains("pub Net: 1 x 28 x 28 {"));
    /// ```
    #[must_use]
    pub fn classes(classes: usize) -> Self {
        let classes = classes.to_string();
        let network = fill("network", template!("network-only.rs"), &[("@CLASSES@", &classes)]);
        Self { network, ..Self::default() }
    }

    /// The network of `model`, as the model of the project `name`, whose firmware shows images of `test`.
    ///
    /// # Errors
    /// If the samples are no images, or the name makes the model file longer than one can be.
    ///
    /// ```
    /// use host_tools::data::{Inputs, Split};
    /// use host_tools::project::Start;
    /// use tinyconv::model_file::ModelFile;
    ///
    /// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/digits.tinyconv");
    /// let bytes = std::fs::read(path)?;
    /// let test = Split::new(Inputs::bytes([1, 28, 28], vec![0; 784]), vec![7]);
    /// let start = Start::model("my-net", &ModelFile::parse(&bytes)?, &test)?;
    /// assert!(start.network.contains("conv2: Conv2d { out: 16, kernel: 5 }"));
    /// assert_eq!(start.trained[0].0, "my-net.tinyconv");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn model(name: &str, model: &ModelFile<'_>, test: &Split) -> anyhow::Result<Self> {
        let about = format!("{} parameters, trained as `{}`.", model.parameter_count, model.name);
        let network = network_source("Net", &about, model.input, &model.layers);
        let renamed = ModelFile { name, ..model.clone() };
        let firmware = firmware::FILES.map(String::from).into_iter();
        let firmware = firmware.zip(firmware::contents(model, test)?);
        let own = (format!("{name}.{}", files::EXTENSION), files::encode_file(&renamed)?);
        let usual = MODELS[0].recipe().normalisation;
        let normalisation = Some(model.normalisation).filter(|own| *own != usual);
        let trained = [own].into_iter().chain(firmware).collect();
        Ok(Self { network, data: None, trained, normalisation })
    }

    /// The lines of the recipe about it.
    pub(super) fn recipe_lines(&self) -> String {
        let Some(normalisations) = &self.normalisation else { return String::new() };
        let entries: String = normalisations
            .iter()
            .map(|Normalisation { mean, deviation }| {
                format!(
                    "            Normalisation {{ mean: {mean:?}, deviation: {deviation:?} }},\n"
                )
            })
            .collect();
        format!(
            "\n        normalisation: Normalisations::new(&[\n{entries}        ])\n        .expect(\"sound numbers\"),"
        )
    }

    /// The same with the data set in `directory`.
    ///
    /// ```
    /// use host_tools::project::Start;
    ///
    /// let start = Start::classes(2).with_data("pets".as_ref());
    /// assert_eq!(start.data.unwrap(), std::path::Path::new("pets"));
    /// ```
    #[must_use]
    pub fn with_data(self, directory: &Path) -> Self {
        Self { data: Some(directory.to_owned()), ..self }
    }
}
