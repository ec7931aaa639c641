//! A network without the softmax that it ends with, to train it.

use tinyconv::plan::LayerKind;

use super::Model;
use crate::interpret::Interpreter;
use crate::training::{AnyNetwork, TrainOptions};

/// A network whose last layer is a softmax, without it: cross-entropy takes logits, and has a softmax of its own. The
/// parameters are the same.
///
/// ```
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
/// use tinyconv_training::model::{Interpreted, Logits, Model};
///
/// let kinds = [LayerKind::Dense(DenseOptions { out: 2 }), LayerKind::Softmax];
/// let layers = kinds.map(|kind| LayerSpec { name: "", kind });
/// let normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
/// let training = Training { epochs: 0, batch: 0, seed: 0, learning_rate: 0.0, test_accuracy: 0.0 };
/// let zeros = [0u8; 4 * 6];
/// let file =
///     ModelFile::new("net", Dims::Map([1, 1, 2]), &layers, normalisation, &[], training, &zeros)?;
/// let model = Interpreted::new(&file)?;
/// let logits = Logits::of(&model).expect("it ends with a softmax");
/// assert_eq!((logits.layers().len(), logits.parameters()), (1, 6));
/// assert!(Logits::of(&logits).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Logits<'a> {
    model: &'a dyn Model,
    network: Interpreter,
}

impl<'a> Logits<'a> {
    /// That of `model`, if it ends with a softmax.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_training::model::Logits;
    ///
    /// assert!(Logits::of(MODELS[0]).is_none()); // digits gives logits
    /// ```
    #[must_use]
    pub fn of(model: &'a dyn Model) -> Option<Self> {
        let layers = model.layers();
        let (last, before) = layers.split_last()?;
        if last.kind != LayerKind::Softmax {
            return None;
        }
        let network = Interpreter::new(model.input(), before).ok()?;
        Some(Self { model, network })
    }
}

impl Model for Logits<'_> {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn labels(&self) -> Vec<&str> {
        self.model.labels()
    }

    fn recipe(&self) -> TrainOptions {
        self.model.recipe()
    }

    fn network(&self) -> &dyn AnyNetwork {
        &self.network
    }

    fn border(&self) -> usize {
        self.model.border()
    }

    fn fingerprint(&self) -> u64 {
        self.model.fingerprint()
    }
}
