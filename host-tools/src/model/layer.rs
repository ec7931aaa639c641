//! A layer as tables show it: options as written in a network, and what it costs.

use serde::{Serialize, Serializer};
use tinyconv::spec::{BatchNormOptions, Dims, LayerKind, LayerSpec, PaddingOption};

/// One layer of a network with everything that follows from its input's shape.
///
/// ```
/// use host_tools::model::Layer;
/// use host_tools::networks::Digits;
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
    /// use host_tools::model::Layer;
    /// use host_tools::networks::DigitsDense;
    /// use tinyconv::Network;
    ///
    /// let layers = Layer::all(DigitsDense::INPUT, DigitsDense::LAYERS);
    /// let parameters: usize = layers.iter().map(|layer| layer.parameters).sum();
    /// assert_eq!(parameters, 13_242);
    /// ```
    #[must_use]
    pub fn all(mut input: Dims, layers: &[LayerSpec<'a>]) -> Vec<Self> {
        let mut all = Vec::with_capacity(layers.len());
        for spec in layers {
            let Ok(output) = spec.output(input) else { break };
            all.push(Self::new(spec, input, output));
            input = output;
        }
        all
    }

    /// `spec` for an input of shape `input`; the output is that of the same layer.
    ///
    /// ```
    /// use host_tools::model::Layer;
    /// use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec};
    ///
    /// let dense = LayerSpec { name: "d", kind: LayerKind::Dense(DenseOptions { out: 2 }) };
    /// let layer = Layer::new(&dense, Dims::Vector(3), Dims::Vector(2));
    /// assert_eq!((layer.kind.as_str(), layer.parameters, layer.multiply_adds), ("Dense { out: 2 }", 8, 6));
    /// ```
    #[must_use]
    pub fn new(spec: &LayerSpec<'a>, input: Dims, output: Dims) -> Self {
        Self {
            name: spec.name,
            kind: kind(&spec.kind),
            output,
            parameters: spec.kind.params(input),
            multiply_adds: multiply_adds(&spec.kind, input, output),
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

/// As in `network!`.
fn kind(kind: &LayerKind) -> String {
    let mut options = Vec::new();
    match kind {
        LayerKind::Conv2d(conv) => {
            options.push(format!("out: {}", conv.out));
            options.extend(window(conv.kernel, conv.stride, conv.padding));
        }
        LayerKind::DepthwiseConv2d(conv) => {
            options.extend(window(conv.kernel, conv.stride, conv.padding));
        }
        LayerKind::BatchNorm(norm) => {
            if norm.epsilon.to_bits() != BatchNormOptions::NEW.epsilon.to_bits() {
                options.push(format!("epsilon: {:?}", norm.epsilon));
            }
            if norm.momentum.to_bits() != BatchNormOptions::NEW.momentum.to_bits() {
                options.push(format!("momentum: {:?}", norm.momentum));
            }
        }
        LayerKind::Dropout(dropout) => options.push(format!("keep: {:?}", dropout.keep)),
        LayerKind::MaxPool2d(pool) | LayerKind::AvgPool2d(pool) => {
            options.push(format!("size: {}", pair(pool.size)));
            if pool.strides() != pool.size {
                options.push(format!("stride: {}", pair(pool.strides())));
            }
        }
        LayerKind::Dense(dense) => options.push(format!("out: {}", dense.out)),
        LayerKind::LeakyRelu(leaky) => options.push(format!("slope: {:?}", leaky.slope)),
        _ => {}
    }
    if options.is_empty() {
        kind.name().into()
    } else {
        format!("{} {{ {} }}", kind.name(), options.join(", "))
    }
}

/// The options that both convolutions have.
fn window(kernel: [usize; 2], stride: [usize; 2], padding: PaddingOption) -> Vec<String> {
    let mut options = vec![format!("kernel: {}", pair(kernel))];
    if stride != [1, 1] {
        options.push(format!("stride: {}", pair(stride)));
    }
    match padding {
        PaddingOption::Zeros([0, 0]) => {}
        PaddingOption::Zeros(zeros) => options.push(format!("padding: {}", pair(zeros))),
        PaddingOption::Same => options.push("padding: same".into()),
        PaddingOption::Full => options.push("padding: full".into()),
    }
    options
}

fn pair([rows, columns]: [usize; 2]) -> String {
    if rows == columns { rows.to_string() } else { format!("({rows}, {columns})") }
}

fn multiply_adds(kind: &LayerKind, input: Dims, output: Dims) -> usize {
    match kind {
        LayerKind::Conv2d(_) | LayerKind::DepthwiseConv2d(_) => {
            let sizes = [(input.height(), output.height()), (input.width(), output.width())];
            let (kernel, stride, zeros) = (kind.window(input), kind.stride(), kind.padding(input));
            let taps = |axis: usize| {
                let (input, output) = sizes[axis];
                taps(input, output, kernel[axis], stride[axis], zeros[axis])
            };
            // A depthwise convolution reads one channel for each that it writes.
            let read = if let LayerKind::Conv2d(_) = kind { input.channels() } else { 1 };
            let channels = output.channels().saturating_mul(read);
            channels.saturating_mul(taps(0)).saturating_mul(taps(1))
        }
        LayerKind::Dense(dense) => input.len().saturating_mul(dense.out),
        _ => 0,
    }
}

/// Along one axis, the pairs of an output position and a kernel position that meet the input.
fn taps(input: usize, output: usize, kernel: usize, stride: usize, zeros: usize) -> usize {
    let meeting = |tap: usize| {
        // The output positions `o` with `zeros <= o * stride + tap < zeros + input`.
        let first = zeros.saturating_sub(tap).div_ceil(stride);
        let end = zeros.saturating_add(input).saturating_sub(tap).div_ceil(stride).min(output);
        end.saturating_sub(first)
    };
    (0..kernel).fold(0, |sum: usize, tap| sum.saturating_add(meeting(tap)))
}

#[cfg(test)]
mod tests {
    use tinyconv::spec::{Conv2dOptions, DepthwiseConv2dOptions, DropoutOptions};

    use super::*;

    #[test]
    fn taps_are_those_that_a_loop_counts() {
        for (input, kernel, stride, zeros) in
            [(7, 3, 1, 0), (7, 3, 1, 1), (8, 5, 2, 4), (3, 5, 3, 2), (1, 1, 1, 3), (9, 2, 4, 5)]
        {
            let output = (input + 2 * zeros - kernel) / stride + 1;
            let positions = (0..output).flat_map(|o| (0..kernel).map(move |tap| o * stride + tap));
            let counted = positions.filter(|at| (zeros..zeros + input).contains(at)).count();
            assert_eq!(taps(input, output, kernel, stride, zeros), counted);
        }
    }

    #[test]
    fn layers_read_as_they_are_written() {
        let conv = Conv2dOptions { out: 6, kernel: [3, 1], ..Conv2dOptions::NEW };
        assert_eq!(kind(&LayerKind::Conv2d(conv)), "Conv2d { out: 6, kernel: (3, 1) }");
        let same = Conv2dOptions { padding: PaddingOption::Same, stride: [2, 2], ..conv };
        assert_eq!(
            kind(&LayerKind::Conv2d(same)),
            "Conv2d { out: 6, kernel: (3, 1), stride: 2, padding: same }"
        );
        assert_eq!(kind(&LayerKind::Relu), "Relu");
    }

    #[test]
    fn depthwise_normalisation_and_dropout_read_as_they_are_written() {
        let depthwise = DepthwiseConv2dOptions {
            kernel: [3, 3],
            stride: [2, 1],
            padding: PaddingOption::Zeros([1, 1]),
        };
        assert_eq!(
            kind(&LayerKind::DepthwiseConv2d(depthwise)),
            "DepthwiseConv2d { kernel: 3, stride: (2, 1), padding: 1 }"
        );
        let norm = BatchNormOptions::NEW;
        assert_eq!(kind(&LayerKind::BatchNorm(norm)), "BatchNorm");
        let other = BatchNormOptions { epsilon: 0.125, ..norm };
        assert_eq!(kind(&LayerKind::BatchNorm(other)), "BatchNorm { epsilon: 0.125 }");
        let other = BatchNormOptions { momentum: 0.25, ..other };
        assert_eq!(
            kind(&LayerKind::BatchNorm(other)),
            "BatchNorm { epsilon: 0.125, momentum: 0.25 }"
        );
        assert_eq!(
            kind(&LayerKind::Dropout(DropoutOptions { keep: 0.5 })),
            "Dropout { keep: 0.5 }"
        );
    }

    #[test]
    fn multiply_adds_of_a_depthwise_convolution() {
        let options = DepthwiseConv2dOptions { kernel: [3, 2], ..DepthwiseConv2dOptions::NEW };
        let spec = LayerSpec { name: "", kind: LayerKind::DepthwiseConv2d(options) };
        let input = Dims::Map([4, 5, 6]);
        let layer = Layer::new(&spec, input, spec.output(input).unwrap());
        assert_eq!(layer.output, Dims::Map([4, 3, 5]));
        assert_eq!((layer.parameters, layer.multiply_adds), (4 * 7, 4 * 15 * 6));
    }
}
