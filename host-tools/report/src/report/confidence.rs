//! How sure a network is, from its outputs.

use serde::Serialize;
use tinyconv::plan::{Dims, LayerSpec};

use tinyconv_training::interpret::Interpreter;
use tinyconv_training::training::LossKind;

/// What an output says about its class, which follows from how the network was trained.
///
/// ```
/// use tinyconv_report::report::Confidence;
///
/// // Of four classes, one has to be right, or any may be.
/// let outputs = [0.0; 4];
/// assert_eq!(Confidence::Softmax.in_class(2, &outputs), 0.25);
/// assert_eq!(Confidence::Sigmoid.in_class(2, &outputs), 0.5);
/// assert_eq!(Confidence::Output.in_class(2, &outputs), 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Outputs are logits of classes of which one is right: `exp(z[k]) / sum of exp(z[j])`.
    Softmax,
    /// Outputs are logits of classes that are right or not by themselves: `1 / (1 + exp(-z[k]))`.
    Sigmoid,
    /// Outputs are numbers between 0 and 1 already, or as near to them as training brought them.
    Output,
}

impl Confidence {
    /// That of a network of `layers` that was trained with `loss`.
    ///
    /// ```
    /// use tinyconv_built_in::MODELS;
    /// use tinyconv_report::report::Confidence;
    /// use tinyconv_training::training::LossKind;
    ///
    /// let layers = &MODELS[0].layers(); // ends with a dense layer
    /// assert_eq!(Confidence::of(layers, LossKind::default()), Confidence::Softmax);
    /// assert_eq!(Confidence::of(layers, LossKind::MeanSquaredError), Confidence::Output);
    /// ```
    #[must_use]
    pub fn of(layers: &[LayerSpec<'_>], loss: LossKind) -> Self {
        let last = layers.iter().rfind(|layer| layer.kind.is_deployed());
        if last.is_some_and(gives_shares) {
            return Self::Output;
        }
        match loss {
            LossKind::MeanSquaredError => Self::Output,
            LossKind::BinaryCrossEntropy => Self::Sigmoid,
            LossKind::CrossEntropy(_) => Self::Softmax,
        }
    }

    /// What `outputs` say about class `class`, in double precision, the same on every machine.
    ///
    /// # Panics
    /// If there is no such class.
    ///
    /// ```
    /// use tinyconv_report::report::Confidence;
    ///
    /// assert_eq!(Confidence::Softmax.in_class(1, &[1000.0, 1000.0]), 0.5);
    /// assert_eq!(Confidence::Sigmoid.in_class(0, &[0.0, 9.0]), 0.5);
    /// assert_eq!(Confidence::Output.in_class(1, &[0.0, 0.75]), 0.75);
    /// ```
    #[must_use]
    pub fn in_class(self, class: usize, outputs: &[f32]) -> f64 {
        let output = f64::from(outputs[class]);
        match self {
            Self::Softmax => {
                let largest = outputs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                // libm, so that every machine gets the same bits.
                let share = |z: f64| libm::exp(z - f64::from(largest));
                share(output) / outputs.iter().map(|&z| share(z.into())).sum::<f64>()
            }
            Self::Sigmoid => 1.0 / (1.0 + libm::exp(-output)),
            Self::Output => output,
        }
    }

    /// What the number is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Softmax | Self::Sigmoid => "probability",
            Self::Output => "output",
        }
    }
}

/// The layer has no parameters, and its outputs lie between 0 and 1 whatever comes in: asked of the
/// layer itself, with the numbers of both ends.
fn gives_shares(layer: &LayerSpec<'_>) -> bool {
    let (layers, input) = ([*layer], [-1000.0f32, 0.0, 1000.0]);
    Interpreter::new(Dims::Vector(input.len()), &layers).is_ok_and(|network| {
        let is_share = |output: &f32| (0.0..=1.0).contains(output);
        network.parameters() == 0 && network.run(&[], &input).iter().all(is_share)
    })
}

#[cfg(test)]
mod tests {
    use tinyconv::plan::{DenseOptions, LayerKind};

    use super::*;

    #[test]
    fn which_layers_give_shares() {
        let gives = |kind| gives_shares(&LayerSpec { name: "", kind });
        assert!([LayerKind::Sigmoid, LayerKind::Softmax].into_iter().all(gives));
        let dense = LayerKind::Dense(DenseOptions { out: 3 });
        let others = [LayerKind::Identity, LayerKind::Relu, LayerKind::Tanh, LayerKind::Flatten];
        assert!(!others.into_iter().chain([dense, LayerKind::Skip, LayerKind::Add]).any(gives));
        assert!(!gives(LayerKind::GlobalAvgPool2d));
    }
}
