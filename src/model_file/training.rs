//! What a model file tells of its training.

use serde::{Deserialize, Serialize};

/// How a model was trained.
///
/// ```
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// # let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// # let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
/// # let training = Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 };
/// let model = ModelFile::new(
///     "N", Dims::Vector(1), &layers, normalisation, &["x"], training, &[0, 0, 128, 63, 0, 0, 0, 64],
/// )?;
/// assert_eq!((model.training.epochs, model.training.test_accuracy), (3, 0.75));
/// # Ok::<(), tinyconv::model_file::ModelFileError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Training {
    /// Passes over the training data.
    pub epochs: u32,
    /// Samples per step.
    pub batch: u32,
    /// The seed of everything random.
    pub seed: u64,
    /// The (largest) learning rate.
    pub learning_rate: f32,
    /// Share of test samples classified correctly, 0 to 1; 0 also where that is not known.
    pub test_accuracy: f32,
}
