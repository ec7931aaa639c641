//! What a safetensors file of ours says about its network, which tensors alone do not.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize, de};
use tinyconv::model_file::{ModelFile, Normalisation, Normalisations};

/// The network's name, its labels and how inputs are made: JSON in the metadata of a safetensors
/// file.
///
/// ```
/// use tinyconv_exchange::{ModelNotes, StateDict, state_dict_of};
/// use tinyconv_training::files;
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::Model;
/// use tinyconv::model_file::{ModelFile, Training};
///
/// let linear = MODELS[3];
/// let training =
///     Training { epochs: 0, batch: 0, seed: 0, learning_rate: 0.0, test_accuracy: 0.0 };
/// let parameters = vec![0.5; linear.parameters()];
/// let normalisation = linear.recipe().normalisation;
/// let bytes =
///     files::encode_parameters(linear, normalisation, &linear.labels(), training, &parameters)?;
/// let file = ModelFile::parse(&bytes)?;
/// let notes = ModelNotes::of(&file);
/// assert_eq!((&*notes.network, &*notes.labels[9]), ("linear", "9"));
/// let exported = state_dict_of(&file, &[])?;
/// assert_eq!(StateDict::parse(&exported)?.notes(), Some(&notes));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelNotes {
    /// The network's name.
    pub network: String,
    /// Names of the classes.
    pub labels: Vec<String>,
    /// How inputs are made from raw values: in one way for all channels, or a list with one for each.
    #[serde(deserialize_with = "one_or_several")]
    pub normalisation: Normalisations,
}

/// One for all channels stands without a list.
fn one_or_several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Normalisations, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrSeveral {
        One(Normalisation),
        Several(Vec<Normalisation>),
    }
    match OneOrSeveral::deserialize(deserializer)? {
        OneOrSeveral::One(one) => Normalisations::new(&[one]),
        OneOrSeveral::Several(several) => Normalisations::new(&several),
    }
    .map_err(de::Error::custom)
}

impl ModelNotes {
    /// The one key under which the notes are, so that a file has the same bytes every time.
    pub(super) const KEY: &str = "tinyconv";

    /// Those of a model file.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use tinyconv_exchange::ModelNotes;
    /// use tinyconv_training::files;
    ///
    /// let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv"));
    /// let bytes = files::read(path)?;
    /// let notes = ModelNotes::of(&files::parse(path, &bytes)?);
    /// assert_eq!(notes.network, "digits");
    /// # Ok::<(), files::FileError>(())
    /// ```
    #[must_use]
    pub fn of(file: &ModelFile<'_>) -> Self {
        Self {
            network: file.name.to_owned(),
            labels: file.labels.iter().map(|&label| label.to_owned()).collect(),
            normalisation: file.normalisation,
        }
    }

    /// Nothing if there are none, or if they are not ours after all.
    pub(super) fn of_metadata(metadata: &HashMap<String, String>) -> Option<Self> {
        Self::of_json(metadata.get(Self::KEY)?)
    }

    pub(super) fn metadata(&self) -> HashMap<String, String> {
        HashMap::from([(Self::KEY.to_owned(), self.json())])
    }

    pub(super) fn of_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }
}
