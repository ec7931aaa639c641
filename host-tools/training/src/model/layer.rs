//! A layer as tables show it: options as written in a network, and what it costs.

use serde::{Serialize, Serializer};
use tinyconv::plan::{Dims, LayerSpec, Placed, Walk};

use crate::network_source::layer_text;

/// One layer of a network with everything that follows from its input's shape.
///
/// ```
/// use tinyconv_training::model::Layer;
/// use tinyconv_training::networks::Digits;
/// use tinyconv::Network;
///
/// let layers = Layer::all(Digits::INPUT, Digits::LAYERS);
/// assert_eq!(layers[0].kind, "Conv2d { out: 6, kernel: 5 }");
/// assert_eq!((layers[0].parameters, layers[0].multiply_adds), (156, 86_400));
/// assert_eq!(layers[2].output.to_string(), "6 x 12 x 12");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Layer<'a> {
    /// The name given to it, or the empty string.
    pub name: &'a str,
    /// What it computes, with the options that are not the usual ones.
    pub kind: String,
    /// The shape of its output.
    #[serde(serialize_with = "sizes")]
    pub output: Dims,
    /// Its parameters.
    pub parameters: usize,
    /// Multiply-adds of an inference; those with the zeros of a padding are never done.
    /// None in a batch normalisation, which a device runs as a part of the layer before it.
    pub multiply_adds: usize,
}

impl<'a> Layer<'a> {
    /// The layers of a network, up to the first that does not fit; of a type or a model file, all.
    ///
    /// ```
    /// use tinyconv_training::model::Layer;
    /// use tinyconv_training::networks::DigitsDense;
    /// use tinyconv::Network;
    ///
    /// let layers = Layer::all(DigitsDense::INPUT, DigitsDense::LAYERS);
    /// let parameters: usize = layers.iter().map(|layer| layer.parameters).sum();
    /// assert_eq!(parameters, 13_242);
    /// ```
    #[must_use]
    pub fn all(input: Dims, layers: &[LayerSpec<'a>]) -> Vec<Self> {
        let fitting = Walk::new(input, layers).take_while(|placed| placed.misfit.is_none());
        let rows = fitting.zip(layers);
        rows.map(|(placed, spec)| Layer { name: spec.name, ..Layer::new(&placed) }).collect()
    }

    /// A layer in its place.
    ///
    /// ```
    /// use tinyconv_training::model::Layer;
    /// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec, Walk};
    ///
    /// let layers = [LayerSpec { name: "d", kind: LayerKind::Dense(DenseOptions { out: 2 }) }];
    /// let placed = Walk::new(Dims::Vector(3), &layers).next().expect("a layer");
    /// let layer = Layer::new(&placed);
    /// assert_eq!((layer.kind.as_str(), layer.parameters, layer.multiply_adds), ("Dense { out: 2 }", 8, 6));
    /// ```
    #[must_use]
    pub fn new(placed: &Placed<'a>) -> Self {
        Self {
            name: placed.spec.name,
            kind: layer_text(placed.spec.kind, placed.input),
            output: placed.facts.output,
            parameters: placed.facts.tensors.parameters(),
            multiply_adds: placed.facts.multiply_adds,
        }
    }
}

/// A shape as a list of sizes, for `serialize_with`.
///
/// # Errors
/// If the serializer fails.
pub fn sizes<S: Serializer>(dims: &Dims, serializer: S) -> Result<S::Ok, S::Error> {
    match dims {
        Dims::Map(sizes) => sizes.serialize(serializer),
        Dims::Vector(length) => [length].serialize(serializer),
    }
}

#[cfg(test)]
mod tests {
    use tinyconv::plan::{
        BatchNormOptions, Conv2dOptions, DepthwiseConv2dOptions, DropoutOptions, LayerKind,
        PaddingOption,
    };

    use super::*;

    /// A network of one layer.
    fn layer(kind: LayerKind, input: Dims) -> Layer<'static> {
        let layers = Layer::all(input, &[LayerSpec { name: "", kind }]);
        layers.into_iter().next().expect("the layer fits")
    }

    #[test]
    fn taps_are_those_that_a_loop_counts() {
        for (input, kernel, stride, zeros) in
            [(7, 3, 1, 0), (7, 3, 1, 1), (8, 5, 2, 4), (3, 5, 3, 2), (1, 1, 1, 3), (9, 2, 4, 5)]
        {
            let output = (input + 2 * zeros - kernel) / stride + 1;
            let positions = (0..output).flat_map(|o| (0..kernel).map(move |tap| o * stride + tap));
            let counted = positions.filter(|at| (zeros..zeros + input).contains(at)).count();
            let options = Conv2dOptions {
                out: 1,
                kernel: [kernel, 1],
                stride: [stride, 1],
                padding: PaddingOption::Zeros([zeros, 0]),
                ..Conv2dOptions::NEW
            };
            let layer = layer(LayerKind::Conv2d(options), Dims::Map([1, input, 1]));
            assert_eq!(layer.multiply_adds, counted);
        }
    }

    #[test]
    fn layers_read_as_they_are_written() {
        let kind = |kind: LayerKind| layer(kind, Dims::Map([2, 8, 8])).kind;
        let conv = Conv2dOptions { out: 6, kernel: [3, 1], ..Conv2dOptions::NEW };
        assert_eq!(kind(LayerKind::Conv2d(conv)), "Conv2d { out: 6, kernel: (3, 1) }");
        let same = Conv2dOptions { padding: PaddingOption::Same, stride: [2, 2], ..conv };
        assert_eq!(
            kind(LayerKind::Conv2d(same)),
            "Conv2d { out: 6, kernel: (3, 1), stride: 2, padding: same }"
        );
        assert_eq!(kind(LayerKind::Relu), "Relu");
    }

    #[test]
    fn depthwise_normalisation_and_dropout_read_as_they_are_written() {
        let depthwise = DepthwiseConv2dOptions {
            kernel: [3, 3],
            stride: [2, 1],
            padding: PaddingOption::Zeros([1, 1]),
            ..DepthwiseConv2dOptions::NEW
        };
        assert_eq!(
            LayerKind::DepthwiseConv2d(depthwise).to_string(),
            "DepthwiseConv2d { kernel: 3, stride: (2, 1), padding: 1 }"
        );
        let norm = BatchNormOptions::NEW;
        assert_eq!(LayerKind::BatchNorm(norm).to_string(), "BatchNorm");
        let other = BatchNormOptions { epsilon: 0.125, ..norm };
        assert_eq!(LayerKind::BatchNorm(other).to_string(), "BatchNorm { epsilon: 0.125 }");
        let other = BatchNormOptions { momentum: 0.25, ..other };
        assert_eq!(
            LayerKind::BatchNorm(other).to_string(),
            "BatchNorm { epsilon: 0.125, momentum: 0.25 }"
        );
        let dropout = LayerKind::Dropout(DropoutOptions { keep: 0.5 });
        assert_eq!(dropout.to_string(), "Dropout { keep: 0.5 }");
    }

    #[test]
    fn multiply_adds_of_a_depthwise_convolution() {
        let options = DepthwiseConv2dOptions { kernel: [3, 2], ..DepthwiseConv2dOptions::NEW };
        let layer = layer(LayerKind::DepthwiseConv2d(options), Dims::Map([4, 5, 6]));
        assert_eq!(layer.output, Dims::Map([4, 3, 5]));
        assert_eq!((layer.parameters, layer.multiply_adds), (4 * 7, 4 * 15 * 6));
    }
}
