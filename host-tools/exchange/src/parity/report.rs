//! The comparison of a network with a reference.

use serde::Serialize;
use tinyconv::plan::Walk;
use tinyconv::{Purpose, Random};

use super::{Difference, ParityError, Runtime, Vectors};
use crate::ImportedNetwork;
use tinyconv_training::interpret::Interpreter;
use tinyconv_training::limits::{Limits, work_of};

/// What rounding explains: the largest difference as a share of the largest output.
pub const ROUNDING: f64 = 1e-5;

/// More is no rounding: the network computes something else.
const WRONG: f64 = 1e-3;

/// Random inputs that are compared.
const SAMPLES: usize = 16;

/// How far the outputs of a network are from those of a reference.
///
/// ```
/// # use tinyconv_exchange::parity::{Parity, stored};
/// # use tinyconv_training::limits::Limits;
/// # let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx"));
/// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
/// let vectors = stored(path, 28 * 28, 10)?.expect("they are there");
/// let parity = Parity::with_vectors(&network, &vectors, Limits::USUAL)?;
/// assert_eq!((parity.samples, parity.same_class), (8, 8));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parity {
    /// What they were compared with.
    pub reference: String,
    /// The inputs that were compared.
    pub samples: usize,
    /// How far the outputs are off.
    #[serde(flatten)]
    pub difference: Difference,
    /// The difference as a share of the largest output.
    pub relative: f64,
    /// Samples in which the same output is the largest.
    pub same_class: usize,
    /// The same for the layers, where the reference tells.
    pub layers: Vec<LayerParity>,
}

/// How far a layer's output is from that of a reference.
///
/// ```
/// use tinyconv_exchange::parity::{Difference, LayerParity};
///
/// let difference = Difference { absolute: 1e-6, largest: 2.0 };
/// let relative = difference.relative();
/// let parity = LayerParity { layer: 0, value: "/conv1".into(), difference, relative };
/// let json = serde_json::to_value(&parity)?;
/// assert_eq!((&json["layer"], &json["largest"]), (&0.into(), &2.0.into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerParity {
    /// The layer, counted from 0.
    pub layer: usize,
    /// The value in the file that it was compared with.
    pub value: String,
    /// How far it is off.
    #[serde(flatten)]
    pub difference: Difference,
    /// The difference as a share of the largest number.
    pub relative: f64,
}

impl Parity {
    /// Compares with inputs and outputs that are known.
    ///
    /// # Errors
    /// If the outputs differ by more than any rounding, or computing them takes more than `limits` say.
    ///
    /// # Panics
    /// If the network is none that `import` gives.
    ///
    /// ```
    /// # use tinyconv_exchange::parity::{Parity, stored};
    /// # use tinyconv_training::limits::Limits;
    /// # let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx"));
    /// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
    /// # let mut vectors = stored(path, 28 * 28, 10)?.expect("they are there");
    /// assert!(Parity::with_vectors(&network, &vectors, Limits::USUAL)?.relative < 1e-5);
    /// vectors.outputs[0] += 1.0;
    /// assert!(Parity::with_vectors(&network, &vectors, Limits::USUAL).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_vectors(
        network: &ImportedNetwork,
        vectors: &Vectors,
        limits: Limits,
    ) -> Result<Self, ParityError> {
        let samples = vectors.inputs.len() / network.input.len();
        let work = work_of(network.input, &network.specs()).saturating_mul(samples as u64);
        limits.check_work(&format!("{samples} stored samples"), work)?;
        Self::compare(network, vectors, &[])
    }

    /// Compares with what another implementation makes of random inputs; `bytes` are those of the file.
    ///
    /// # Errors
    /// If it does not run, or if the outputs differ by more than any rounding.
    ///
    /// # Panics
    /// If the network is none that `import` gives.
    ///
    /// ```
    /// # use tinyconv_exchange::parity::{Parity, Reference, Runtime};
    /// # let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx"));
    /// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
    /// // Where there is one.
    /// if let Ok(runtime) = Runtime::of(Reference::OnnxRuntime, "python3".as_ref()) {
    ///     let parity = Parity::with_runtime(&network, &std::fs::read(path)?, &runtime, 1)?;
    ///     assert!(parity.holds() && !parity.layers.is_empty());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_runtime(
        network: &ImportedNetwork,
        bytes: &[u8],
        runtime: &Runtime,
        seed: u64,
    ) -> Result<Self, ParityError> {
        let len = network.input.len();
        let random = Random::new(seed, Purpose::Synthesise);
        let number = |sample: usize, index: usize| {
            2.0 * random.uniforms(0, sample as u32, index as u32)[0] - 1.0
        };
        let inputs = (0..SAMPLES * len).map(|at| number(at / len, at % len)).collect();
        let mut values = Vec::new();
        for layer in Walk::new(network.input, &network.specs()) {
            if network.layers[layer.index].value.is_some() {
                values.push((layer.index, layer.facts.output.len()));
            }
        }
        let (vectors, layers) = runtime.run(bytes, network, inputs, &values)?;
        Self::compare(network, &vectors, &layers)
    }

    fn compare(
        network: &ImportedNetwork,
        vectors: &Vectors,
        layers: &[(usize, Vec<f32>)],
    ) -> Result<Self, ParityError> {
        let (specs, parameters) = (network.specs(), network.parameters());
        let interpreter = Interpreter::new(network.input, &specs);
        let interpreter = interpreter.expect("the layers of an imported network fit together");
        let output = interpreter.output().len();
        let samples = vectors.inputs.chunks_exact(interpreter.input().len());
        let mut difference = Difference::default();
        let mut of_layers = vec![Difference::default(); specs.len()];
        let (mut count, mut same_class) = (0, 0);
        for (index, (input, theirs)) in
            samples.zip(vectors.outputs.chunks_exact(output)).enumerate()
        {
            let input = network.preparation.of(&network.input_turn.of(input));
            let theirs = network.output_turn.of(theirs);
            let mut ours = interpreter.run_each(&parameters, &input, |layer, map: &[f32]| {
                if let Some((_, values)) = layers.iter().find(|(compared, _)| *compared == layer) {
                    let theirs = &values[index * map.len()..][..map.len()];
                    of_layers[layer].add(map, &network.layers[layer].turn.of(theirs));
                }
            });
            if network.log_softmax {
                logarithms(&mut ours);
            }
            difference.add(&ours, &theirs);
            same_class += usize::from(largest(&ours) == largest(&theirs));
            count += 1;
        }
        let relative = difference.relative();
        if relative > WRONG && !network.rounds_activations {
            let (reference, absolute) = (vectors.origin.clone(), difference.absolute);
            return Err(ParityError::Differs { reference, absolute, relative });
        }
        let layers = layers.iter().map(|&(layer, _)| LayerParity {
            layer,
            value: network.layers[layer].value.clone().unwrap_or_default(),
            difference: of_layers[layer],
            relative: of_layers[layer].relative(),
        });
        Ok(Self {
            reference: vectors.origin.clone(),
            samples: count,
            difference,
            relative,
            same_class,
            layers: layers.collect(),
        })
    }

    /// Whether the outputs are the same but for rounding.
    ///
    /// ```
    /// # use tinyconv_exchange::parity::{Parity, stored};
    /// # use tinyconv_training::limits::Limits;
    /// # let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/onnx/digits.onnx"));
    /// # let network = tinyconv_exchange::onnx::import(&std::fs::read(path)?)?;
    /// # let vectors = stored(path, 28 * 28, 10)?.expect("they are there");
    /// let parity = Parity::with_vectors(&network, &vectors, Limits::USUAL)?;
    /// assert!(parity.holds());
    /// assert!(!Parity { relative: 2e-5, ..parity }.holds());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn holds(&self) -> bool {
        self.relative <= ROUNDING
    }
}

/// The logarithms of the probabilities that these logits stand for.
fn logarithms(logits: &mut [f32]) {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&logit| f64::from(logit - most).exp()).sum();
    for logit in logits {
        *logit = (f64::from(*logit - most) - sum.ln()) as f32;
    }
}

fn largest(values: &[f32]) -> usize {
    (1..values.len()).fold(0, |best, index| if values[index] > values[best] { index } else { best })
}
