//! What is known about a network.

use tinyconv::plan::{Dims, LayerKind, LayerSpec};

use super::Model;

/// What is known about a network, apart from what computes and trains it; it owns all of it.
///
/// ```
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::model::NetworkInfo;
///
/// let info = NetworkInfo::of(MODELS[0]);
/// assert_eq!((info.name.as_str(), info.layers()[0].name), ("digits", "conv1"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkInfo {
    /// Its name on the command line and in model files.
    pub name: String,
    /// What its classes are called.
    pub labels: Vec<String>,
    /// The shape of its input.
    pub input: Dims,
    /// The names and the kinds of its layers.
    pub kinds: Vec<(String, LayerKind)>,
}

impl NetworkInfo {
    /// That of a network of a program.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_training::model::NetworkInfo;
    ///
    /// assert_eq!(NetworkInfo::of(MODELS[0]).labels[7], "7");
    /// ```
    #[must_use]
    pub fn of(model: &dyn Model) -> Self {
        Self {
            name: model.name().to_owned(),
            labels: model.labels().iter().map(ToString::to_string).collect(),
            input: model.input(),
            kinds: owned(&model.layers()),
        }
    }

    /// Its layers, as plans take them.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_training::model::NetworkInfo;
    ///
    /// assert_eq!(NetworkInfo::of(MODELS[0]).layers(), MODELS[0].layers());
    /// ```
    #[must_use]
    pub fn layers(&self) -> Vec<LayerSpec<'_>> {
        borrowed(&self.kinds)
    }
}

pub(crate) fn owned(layers: &[LayerSpec<'_>]) -> Vec<(String, LayerKind)> {
    layers.iter().map(|layer| (layer.name.to_owned(), layer.kind)).collect()
}

pub(crate) fn borrowed(kinds: &[(String, LayerKind)]) -> Vec<LayerSpec<'_>> {
    kinds.iter().map(|(name, kind)| LayerSpec { name, kind: *kind }).collect()
}
