//! What a file becomes.

use std::path::PathBuf;

use tinyconv::model_file::{ModelFile, ModelFileError, Normalisations, Training};
use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan, deployed_kind};

use super::{ImportedLayer, Preparation, Turn};
use crate::ModelNotes;
use tinyconv_training::files;
use tinyconv_training::model::deployed_layers;

/// A network that was read from a file of another program.
///
/// Layers stand as in [`network!`](macro@tinyconv::network), those that do nothing left out: a flattening
/// before a dense layer, an `Identity`.
///
/// ```
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
/// let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
/// use tinyconv::plan::Dims;
///
/// assert_eq!(network.input, Dims::Map([1, 28, 28]));
/// assert_eq!(network.layers.len(), 7); // the flattening before the dense layer is left out
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedNetwork {
    /// The shape of its input, without the batch.
    pub input: Dims,
    /// The shape that the file gives the input, the batch first: 0 if that is open.
    pub input_shape: Vec<usize>,
    /// From the order of the file's input to ours: what is channels last is turned.
    pub input_turn: Turn,
    /// From the order of the file's output to ours.
    pub output_turn: Turn,
    /// The file ends with the logarithm of probabilities, which is left out: outputs are logits, the largest is the same.
    pub log_softmax: bool,
    /// What the file does with its input before the first layer; no layer does it here, but the normalisation.
    pub preparation: Preparation,
    /// Its layers.
    pub layers: Vec<ImportedLayer>,
    /// The name of the input in the file.
    pub input_name: String,
    /// The name of the output in the file.
    pub output_name: String,
    /// Weights of eight bits were widened, where LiteRT rounds what they are multiplied with to eight bits as it goes:
    /// its outputs differ by more than rounding explains.
    pub rounds_activations: bool,
    /// Outputs that the file has besides.
    pub other_outputs: Vec<String>,
    /// Files beside it that numbers were read from: their names in the file, and where they lie.
    pub external_files: Vec<(String, PathBuf)>,
    /// What `tinyconv export` wrote into the file, if it comes from there.
    pub notes: Option<ModelNotes>,
}

impl ImportedNetwork {
    /// The list of layers.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
    /// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
    /// assert_eq!(network.specs()[6].kind.name(), "Dense");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn specs(&self) -> Vec<LayerSpec<'_>> {
        self.layers.iter().map(|layer| LayerSpec { name: &layer.name, kind: layer.kind }).collect()
    }

    /// All parameters, in the order of the layers.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
    /// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
    /// assert_eq!(network.parameters().len(), 5142);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn parameters(&self) -> Vec<f32> {
        self.layers.iter().flat_map(|layer| &layer.parameters).copied().collect()
    }

    /// The shape of its output.
    ///
    /// # Panics
    /// If the layers have been changed, so that they do not fit together.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
    /// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
    /// assert_eq!(network.output(), tinyconv::plan::Dims::Vector(10));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn output(&self) -> Dims {
        let specs = self.specs();
        let plan = Plan::new(self.input, &specs);
        plan.expect("the layers of an imported network fit together").output()
    }

    /// The same without batch normalisation, which is folded into the layers before it, and without
    /// dropout: as a device runs it.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/residual.onnx");
    /// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
    /// let (before, after) = (network.parameters(), network.folded().parameters());
    /// assert!(after.len() < before.len()); // batch normalisation is a part of the layers before it
    /// assert_eq!(network.folded().output(), network.output());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn folded(&self) -> Self {
        let (specs, parameters) = (self.specs(), self.parameters());
        let deployed = deployed_layers(&specs);
        let plan = Plan::new(self.input, &deployed);
        let plan = plan.expect("the layers of an imported network fit together without norms, too");
        let mut folded = vec![0.0; plan.walk().map(|layer| layer.params().len()).sum()];
        tinyconv::fold_layers(self.input, &specs, &parameters, &mut folded);
        let mut rest = &folded[..];
        let mut places = plan.walk();
        let mut layers: Vec<ImportedLayer> = Vec::new();
        for (index, layer) in self.layers.iter().enumerate() {
            if let Some(kind) = deployed_kind(&specs, index) {
                let place = places.next().expect("a place for each deployed layer");
                let (parameters, after) = rest.split_at(place.params().len());
                rest = after;
                layers.push(ImportedLayer {
                    kind,
                    parameters: parameters.to_vec(),
                    ..layer.clone()
                });
            } else if let Some(before) = layers.last_mut() {
                // What it computes now is what came out of the layer that is gone.
                before.value.clone_from(&layer.value);
                before.turn.clone_from(&layer.turn);
            }
        }
        Self { layers, ..self.clone() }
    }

    /// The same with two outputs in place of one: of a network that ends with a dense layer of a single output, with a
    /// sigmoid behind it or without. The first class is the one whose outputs were below a half (without a sigmoid, below
    /// zero). None of other networks.
    ///
    /// `softmax(0, z) = (1 - sigmoid(z), sigmoid(z))`
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/cat_or_dog.onnx");
    /// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
    /// use tinyconv::plan::Dims;
    ///
    /// assert_eq!(network.output(), Dims::Vector(1));
    /// let two = network.two_classes().expect("it ends with a sigmoid");
    /// assert_eq!((two.output(), two.specs().last().unwrap().kind.name()), (Dims::Vector(2), "Softmax"));
    /// assert!(two.two_classes().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn two_classes(&self) -> Option<Self> {
        let mut two = self.clone();
        let mut last = two.layers.len().checked_sub(1)?;
        if two.layers[last].kind == LayerKind::Sigmoid {
            two.layers[last].kind = LayerKind::Softmax;
            two.layers[last].value = None;
            last = last.checked_sub(1)?;
        }
        let layer = &mut two.layers[last];
        if layer.kind != LayerKind::Dense(DenseOptions { out: 1 }) {
            return None;
        }
        layer.kind = LayerKind::Dense(DenseOptions { out: 2 });
        layer.value = None;
        // Input by input a weight for each output, then the biases.
        layer.parameters = layer.parameters.iter().flat_map(|&number| [0.0, number]).collect();
        two.output_turn = Turn::default();
        Some(two)
    }

    /// The bytes of its model file.
    ///
    /// # Errors
    /// If it has more layers, or there are more labels, than a model file holds.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx");
    /// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
    /// use tinyconv::model_file::{ModelFile, Normalisation};
    ///
    /// let normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
    /// let bytes = network.encode("mine", normalisation, &[], 0.5)?;
    /// let file = ModelFile::parse(&bytes)?;
    /// assert_eq!((file.name, file.parameter_count), ("mine", 5142));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn encode(
        &self,
        name: &str,
        normalisation: impl Into<Normalisations>,
        labels: &[&str],
        test_accuracy: f32,
    ) -> Result<Vec<u8>, ModelFileError> {
        let training = Training { epochs: 0, batch: 0, seed: 0, learning_rate: 0.0, test_accuracy };
        let bytes: Vec<u8> = self.parameters().iter().flat_map(|x| x.to_le_bytes()).collect();
        let specs = self.specs();
        let file =
            ModelFile::new(name, self.input, &specs, normalisation, labels, training, &bytes)?;
        files::encode_file(&file)
    }
}
