//! First values of the parameters.

#[cfg(test)]
mod tests;

use crate::plan::{Dims, LayerSpec, Start, Walk};
use crate::{Purpose, Random, math};

/// How the weights of a layer are drawn; biases start at zero.
///
/// With fan-in and fan-out the number of inputs and outputs that a unit is connected to.
///
/// ```
/// use tinyconv::{Init, Network};
///
/// tinyconv::network! { Net: 1 x 2 x 2 { Dense { out: 3 } } }
///
/// let mut params = [1.0; Net::PARAMS];
/// <Net as Network>::init(Init::GlorotUniform, 7, &mut params);
/// let limit = (6.0f32 / (4.0 + 3.0)).sqrt(); // four inputs, three outputs
/// assert!(params[..12].iter().all(|weight| weight.abs() <= 1.002 * limit));
/// assert_eq!(params[12..], [0.0; 3]); // the biases
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Init {
    /// Uniform in +-sqrt(6 / (fan-in + fan-out)); for tanh and sigmoid (X. Glorot and Y. Bengio,
    /// "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010).
    GlorotUniform,
    /// Normal with variance 2 / (fan-in + fan-out).
    GlorotNormal,
    /// Uniform in +-sqrt(6 / fan-in); for ReLU (K. He et al., "Delving deep into rectifiers",
    /// ICCV 2015).
    #[default]
    HeUniform,
    /// Normal with variance 2 / fan-in.
    HeNormal,
}

impl Init {
    /// Draws `weights`; `first` is the index of the first of them in the network, so that each
    /// weight of a network has a number of its own.
    ///
    /// ```
    /// use tinyconv::{Init, Purpose, Random};
    ///
    /// let mut weights = [0.0; 1000];
    /// let random = Random::new(1, Purpose::Initialise);
    /// Init::HeUniform.draw(&random, 24, 10, 0, &mut weights);
    /// assert!(weights.iter().all(|w| w.abs() <= 0.5)); // sqrt(6 / 24)
    /// assert!(weights.iter().any(|w| w.abs() > 0.49));
    /// ```
    pub fn draw(
        self,
        random: &Random,
        fan_in: usize,
        fan_out: usize,
        first: usize,
        weights: &mut [f32],
    ) {
        let fans = match self {
            Self::GlorotUniform | Self::GlorotNormal => fan_in + fan_out,
            Self::HeUniform | Self::HeNormal => fan_in,
        };
        let deviation = math::sqrt(2.0 / fans as f32);
        // A uniform distribution in +-limit has the variance limit^2 / 3.
        let limit = math::sqrt(6.0 / fans as f32);
        for (offset, weight) in weights.iter_mut().enumerate() {
            let index = (first + offset) as u32;
            *weight = match self {
                Self::GlorotUniform | Self::HeUniform => {
                    limit * (2.0 * random.uniforms(0, 0, index)[0] - 1.0)
                }
                Self::GlorotNormal | Self::HeNormal => deviation * random.normals(0, 0, index)[0],
            };
        }
    }

    /// The source of randomness that networks draw their parameters from.
    ///
    /// ```
    /// use tinyconv::{Init, Purpose, Random};
    ///
    /// assert_eq!(Init::random(7), Random::new(7, Purpose::Initialise));
    /// ```
    #[must_use]
    pub const fn random(seed: u64) -> Random {
        Random::new(seed, Purpose::Initialise)
    }
}

/// Draws the first parameters of a network that is a list of layers.
///
/// # Panics
/// If `params` is shorter than the layers have parameters.
///
/// ```
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
/// use tinyconv::{Init, init_layers};
///
/// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 4 }) }];
/// let mut params = [9.0; (24 + 1) * 4];
/// init_layers(Dims::Vector(24), &layers, Init::HeUniform, 1, &mut params);
/// assert!(params[..96].iter().all(|weight| weight.abs() <= 0.501)); // sqrt(6 / 24), about
/// assert_eq!(params[96..], [0.0; 4]);
/// ```
pub fn init_layers(
    input: Dims,
    layers: &[LayerSpec<'_>],
    init: Init,
    seed: u64,
    params: &mut [f32],
) {
    let random = Init::random(seed);
    for layer in Walk::new(input, layers) {
        let mut first = layer.first_param;
        for tensor in layer.facts.tensors.as_slice() {
            let values = &mut params[first..first + tensor.len()];
            match tensor.start {
                Start::Drawn { fan_in, fan_out } => {
                    init.draw(&random, fan_in, fan_out, first, values)
                }
                Start::Zero => values.fill(0.0),
                Start::One => values.fill(1.0),
                Start::Quarter => values.fill(0.25),
            }
            first += tensor.len();
        }
    }
}
