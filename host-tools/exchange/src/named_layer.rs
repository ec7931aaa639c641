//! The layers that have parameters, with a name each: what tensors in files of others are called after.

use std::collections::HashSet;
use std::ops::Range;

use tinyconv::plan::{Class, Dims, LayerKind, LayerSpec, Plan};

use super::{Role, Tensor, TensorName as _, shapes_of, tensors_of};

/// A layer with parameters, and where these are in the network's block.
///
/// ```
/// use tinyconv_exchange::NamedLayer;
/// use tinyconv_training::networks::LeNet;
/// use tinyconv::Network;
///
/// let layers = NamedLayer::all(LeNet::INPUT, LeNet::LAYERS);
/// let names: Vec<&str> = layers.iter().map(|layer| &*layer.name).collect();
/// assert_eq!(names[..3], ["conv1", "conv1_norm", "conv2"]);
/// assert_eq!(layers[1].range, 156..180);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NamedLayer {
    /// Its name; of a batch normalisation without one, that of the layer before with `_norm`; of
    /// other layers, `layer` and their number, counted from 1. No name is there twice.
    pub name: String,
    /// The network's author gave the name.
    pub given: bool,
    /// What it computes.
    pub kind: LayerKind,
    /// The shape of its input.
    pub input: Dims,
    /// Its parameters in the block.
    pub range: Range<usize>,
}

impl NamedLayer {
    /// The layers with parameters of a network.
    ///
    /// # Panics
    /// If the layers do not fit together.
    ///
    /// ```
    /// use tinyconv_exchange::NamedLayer;
    /// use tinyconv_training::networks::Linear;
    /// use tinyconv::Network;
    ///
    /// let layers = NamedLayer::all(Linear::INPUT, Linear::LAYERS);
    /// assert_eq!((&*layers[0].name, layers[0].given), ("classify", true));
    /// ```
    #[must_use]
    pub fn all(input: Dims, layers: &[LayerSpec<'_>]) -> Vec<Self> {
        let mut taken: HashSet<String> = HashSet::new();
        let mut named: Vec<Self> = Vec::new();
        let plan = Plan::new(input, layers).expect("the layers chain");
        for layer in plan.walk().filter(|layer| !layer.params().is_empty()) {
            let (LayerSpec { name, kind }, number) = (layer.spec, layer.index + 1);
            let before = named.last().map(|layer| &layer.name);
            let mut unique = match (kind.class(), before) {
                _ if !name.is_empty() => name.to_owned(),
                (Class::Normalisation, Some(before)) => format!("{before}_norm"),
                _ => format!("layer{number}"),
            };
            let given = !name.is_empty() && !taken.contains(&unique);
            while taken.contains(&unique) {
                unique = format!("{unique}_{number}");
            }
            taken.insert(unique.clone());
            let (input, range) = (layer.input, layer.params());
            named.push(Self { name: unique, given, kind, input, range });
        }
        named
    }

    /// Roles and shapes of its tensors.
    ///
    /// ```
    /// use tinyconv_exchange::{NamedLayer, Role};
    /// use tinyconv_training::networks::Linear;
    /// use tinyconv::Network;
    ///
    /// let layers = NamedLayer::all(Linear::INPUT, Linear::LAYERS);
    /// assert_eq!(layers[0].shapes(), [(Role::Weight, vec![10, 784]), (Role::Bias, vec![10])]);
    /// ```
    #[must_use]
    pub fn shapes(&self) -> Vec<(Role, Vec<usize>)> {
        shapes_of(self.kind, self.input)
    }

    /// It has a tensor of this role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.shapes().iter().any(|&(its, _)| its == role)
    }

    /// It has a tensor that is called `name`.
    pub(super) fn has_tensor(&self, name: &str) -> bool {
        self.shapes().iter().any(|&(role, _)| role.within(&self.name) == name)
    }

    /// Its tensors, from the parameters of the network.
    ///
    /// ```
    /// use tinyconv_exchange::NamedLayer;
    /// use tinyconv_training::networks::DigitsTiny;
    /// use tinyconv::Network;
    ///
    /// let parameters: Vec<f32> = (0..DigitsTiny::PARAMS).map(|i| i as f32).collect();
    /// let layers = NamedLayer::all(DigitsTiny::INPUT, DigitsTiny::LAYERS);
    /// let tensors = layers[1].tensors(&parameters);
    /// // After the 4 * 25 + 4 parameters of the first layer.
    /// assert_eq!((&tensors[0].shape, tensors[0].values[0]), (&vec![8, 4, 3, 3], 104.0));
    /// ```
    ///
    /// # Panics
    /// If `parameters` are not those of the network.
    ///
    /// ```
    /// use tinyconv_exchange::NamedLayer;
    /// use tinyconv_training::networks::Linear;
    /// use tinyconv::Network;
    ///
    /// let layers = NamedLayer::all(Linear::INPUT, Linear::LAYERS);
    /// assert_eq!(layers[0].tensors(&[0.5; Linear::PARAMS])[1].values, [0.5; 10]); // the biases
    /// ```
    #[must_use]
    pub fn tensors(&self, parameters: &[f32]) -> Vec<Tensor> {
        tensors_of(self.kind, self.input, &parameters[self.range.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tinyconv::Network;

    tinyconv::network! {
        Odd: 1 x 6 x 6 {
            Conv2d { out: 2, kernel: 3 }, BatchNorm,
            layer4: Conv2d { out: 2, kernel: 1 },
            Conv2d { out: 2, kernel: 1 },
        }
    }

    #[test]
    fn layers_without_names_are_counted_and_no_name_is_there_twice() {
        let layers = NamedLayer::all(Odd::INPUT, Odd::LAYERS);
        let names: Vec<&str> = layers.iter().map(|layer| &*layer.name).collect();
        assert_eq!(names, ["layer1", "layer1_norm", "layer4", "layer4_4"]);
        assert_eq!(layers[3].range, 34..40);
        assert!(layers[2].given && !layers[3].given);
    }
}
