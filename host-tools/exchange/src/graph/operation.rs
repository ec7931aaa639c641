//! What a node computes.

use tinyconv::plan::LayerKind;

use super::{Array, Window};

/// Where the channels of a map are: before its positions, or after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChannelAxis {
    First,
    Last,
}

/// Arithmetic with a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Minimum,
    Maximum,
}

/// How numbers become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reduction {
    Mean,
    Maximum,
}

/// An operation, with its constants. Values have the batch, which is 1, as their first dimension.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operation {
    /// Of a signal (three dimensions) or of maps (four). The weight is output channels x input channels of a group x
    /// rows x columns, whatever the file has.
    Convolution {
        weight: Array,
        bias: Option<Vec<f32>>,
        window: Window,
        groups: usize,
        channels: ChannelAxis,
    },
    /// Of the last dimension. The weight is outputs x inputs.
    Dense {
        weight: Array,
        bias: Option<Vec<f32>>,
    },
    /// Padding never is the maximum.
    MaxPool {
        window: Window,
        channels: ChannelAxis,
    },
    /// Padding counts as zeros, or is left out of the mean.
    AveragePool {
        window: Window,
        counts_padding: bool,
        channels: ChannelAxis,
    },
    /// Over whole dimensions, ascending, which then have one element or are gone.
    Reduce {
        reduction: Reduction,
        axes: Vec<usize>,
        keeps_dimensions: bool,
    },
    /// `(x - mean) / sqrt(variance + epsilon) * weight + bias` along the dimension `axis`.
    Normalisation {
        weight: Vec<f32>,
        bias: Vec<f32>,
        mean: Vec<f32>,
        variance: Vec<f32>,
        epsilon: f32,
        /// The share of the old running value, as ONNX counts it.
        momentum: f32,
        axis: usize,
    },
    /// Number by number, by a kind of layer without parameters.
    Activation(LayerKind),
    /// `x` where it is positive, else `slope * x`; slopes spread over the value as constants do.
    PRelu {
        slopes: Array,
    },
    /// With a constant that spreads over the value: their dimensions match from the last.
    Arithmetic {
        arithmetic: Arithmetic,
        constant: Array,
        constant_first: bool,
    },
    /// The sum of two values of one shape.
    Add,
    /// The product of two values of one shape.
    Multiply,
    /// Values one after the other along a dimension.
    Concat {
        axis: usize,
    },
    Softmax {
        axis: usize,
    },
    LogSoftmax {
        axis: usize,
    },
    /// The same numbers in the same order.
    Reshape {
        shape: Vec<usize>,
    },
    /// Dimension `i` of the output is dimension `permutation[i]` of the input.
    Transpose {
        permutation: Vec<usize>,
    },
    /// Numbers before and after each dimension.
    Pad {
        padding: Vec<[usize; 2]>,
        value: f32,
    },
    /// Nothing but in training.
    Dropout {
        keep: f32,
    },
    /// Nothing.
    Identity,
}
