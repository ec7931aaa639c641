//! A network of which there is only a model file.

use tinyconv::model_file::ModelFile;

use super::Model;
use crate::interpret::{InterpretError, Interpreter};
use crate::training::{AnyNetwork, TrainOptions};

/// The network of a model file, which an [`Interpreter`] computes: trained and evaluated like any other.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use tinyconv_training::model::{Interpreted, Model, evaluate};
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 2 }) }];
/// let normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
/// let training = Training { epochs: 0, batch: 0, seed: 0, learning_rate: 0.0, test_accuracy: 0.0 };
/// let identity = [1.0f32, 0.0, 0.0, 1.0, 0.0, 0.0].map(f32::to_le_bytes);
/// let file = ModelFile::new(
///     "brighter",
///     Dims::Map([1, 1, 2]),
///     &layers,
///     normalisation,
///     &["left", "right"],
///     training,
///     identity.as_flattened(),
/// )?;
/// let model = Interpreted::new(&file)?;
/// let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 30, 90]);
/// let split = Split::new(inputs, vec![0, 0]);
/// let parameters: Vec<f32> = file.parameters().collect();
/// let options = model.recipe().evaluation();
/// let evaluation = evaluate(&model, &parameters, &split, &options, &mut |_, _| {})?;
/// assert_eq!(evaluation.confusion, [[1, 1], [0, 0]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Interpreted {
    name: String,
    labels: Vec<String>,
    fingerprint: u64,
    border: usize,
    network: Interpreter,
}

impl Interpreted {
    /// The network of `file`. Its classes are numbered if the file does not name them all.
    ///
    /// # Errors
    /// If it is too large for any microcontroller.
    ///
    /// ```
    /// use tinyconv_training::model::{Interpreted, Model, evaluate};
    /// use tinyconv::model_file::ModelFile;
    ///
    /// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv");
    /// let bytes = std::fs::read(path)?;
    /// let model = Interpreted::new(&ModelFile::parse(&bytes)?)?;
    /// assert_eq!((model.name(), model.parameters()), ("digits", 5142));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(file: &ModelFile<'_>) -> Result<Self, InterpretError> {
        let network = Interpreter::new(file.input, &file.layers)?;
        let outputs = network.output().len();
        let labels = if file.labels.len() == outputs {
            file.labels.iter().map(ToString::to_string).collect()
        } else {
            (0..outputs).map(|class| class.to_string()).collect()
        };
        let (name, fingerprint) = (file.name.to_owned(), file.fingerprint);
        Ok(Self { name, labels, fingerprint, border: 0, network })
    }

    /// The same with rows and columns of zeros that it takes on every side of an image.
    ///
    /// ```
    /// use tinyconv_training::model::{Interpreted, Model};
    /// use tinyconv::model_file::ModelFile;
    ///
    /// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/digits.tinyconv");
    /// let bytes = std::fs::read(path)?;
    /// let model = Interpreted::new(&ModelFile::parse(&bytes)?)?.with_border(4);
    /// assert_eq!(model.images(), [1, 20, 20]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_border(self, border: usize) -> Self {
        Self { border, ..self }
    }
}

impl Model for Interpreted {
    fn name(&self) -> &str {
        &self.name
    }

    fn labels(&self) -> Vec<&str> {
        self.labels.iter().map(String::as_str).collect()
    }

    fn recipe(&self) -> TrainOptions {
        TrainOptions::digits()
    }

    fn network(&self) -> &dyn AnyNetwork {
        &self.network
    }

    fn border(&self) -> usize {
        self.border
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}
