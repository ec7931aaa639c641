//! The kinds of layers, one file each: name, tag, class, how it is written, options, and what follows from
//! them. A kind is added by a file and a row here.

mod pool;

use crate::kind::kinds;
use crate::{Class, Dims, Facts, OptionValues, ShapeError, Written};

/// A layer whose output has the shape of its input, and that has nothing else.
const fn elementwise(input: Dims) -> Result<Facts, ShapeError> {
    let plain = Facts::plain(input, input);
    Ok(Facts { needs: plain.needs.in_place(0), ..plain })
}

/// The options of a kind that has none.
pub(crate) const fn no_options((): ()) -> OptionValues {
    OptionValues::NONE
}

kinds! {
    /// A convolution over all channels.
    Conv2d(Conv2dOptions) in conv2d;
    /// The largest of each window.
    MaxPool2d(PoolOptions) in max_pool2d;
    /// The mean of each window.
    AvgPool2d(AvgPoolOptions) in avg_pool2d;
    /// The mean of each channel.
    GlobalAvgPool2d in global_avg_pool2d;
    /// A map as a vector.
    Flatten in flatten;
    /// Every output from every input.
    Dense(DenseOptions) in dense;
    /// `y = x`
    Identity in identity;
    /// `y = x` where `x > 0`, else 0.
    Relu in relu;
    /// `y = x` where `x > 0`, else `slope * x`.
    LeakyRelu(LeakyReluOptions) in leaky_relu;
    /// `y = tanh(x)`
    Tanh in tanh;
    /// `y = 1 / (1 + exp(-x))`
    Sigmoid in sigmoid;
    /// A convolution of each channel by itself.
    DepthwiseConv2d(DepthwiseConv2dOptions) in depthwise_conv2d;
    /// Mean 0 and variance 1 over a batch.
    BatchNorm(BatchNormOptions) in batch_norm;
    /// Forgets at random, in training.
    Dropout(DropoutOptions) in dropout;
    /// Probabilities.
    Softmax in softmax;
    /// The begin of a residual block: what comes in is kept.
    Skip in skip;
    /// The end of a residual block: what was kept is added.
    Add in add;
    /// `y = x`, but no less than `low` and no more than `high`.
    Clip(ClipOptions) in clip;
    /// A weight and a bias for each channel.
    Scale in scale;
    /// The end of a block's first branch, and the begin of its second one.
    Branch in branch;
    /// The end of a block: the channels of both branches, one behind the other.
    Concat in concat;
    /// `y = x` where `x > 0`, else `alpha * (exp(x) - 1)`.
    Elu(EluOptions) in elu;
    /// `y = x * clip(x + 3, 0, 6) / 6`
    HardSwish in hard_swish;
    /// `y = x / (1 + exp(-x))`
    Silu in silu;
    /// `y = x` where `x > 0`, else `slope * x`, with a slope for each channel.
    PRelu in p_relu;
}
