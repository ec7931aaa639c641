//! The kinds of layers, one file each: name, tag, class, how it is written, options, and what follows from them.

pub(crate) mod add;
pub(crate) mod avg_pool2d;
pub(crate) mod batch_norm;
pub(crate) mod conv2d;
pub(crate) mod dense;
pub(crate) mod depthwise_conv2d;
pub(crate) mod dropout;
pub(crate) mod flatten;
pub(crate) mod global_avg_pool2d;
pub(crate) mod identity;
pub(crate) mod leaky_relu;
pub(crate) mod max_pool2d;
mod pool;
pub(crate) mod relu;
pub(crate) mod sigmoid;
pub(crate) mod skip;
pub(crate) mod softmax;
pub(crate) mod tanh;

pub use batch_norm::BatchNormOptions;
pub use conv2d::Conv2dOptions;
pub use dense::DenseOptions;
pub use depthwise_conv2d::DepthwiseConv2dOptions;
pub use dropout::DropoutOptions;
pub use leaky_relu::LeakyReluOptions;
pub use pool::PoolOptions;

use crate::{Dims, Facts, OptionValues, ShapeError};

/// A layer whose output has the shape of its input, and that has nothing else.
const fn elementwise(input: Dims) -> Result<Facts, ShapeError> {
    Ok(Facts::plain(input, input))
}

/// The options of a kind that has none.
pub(crate) const fn no_options((): ()) -> OptionValues {
    OptionValues::NONE
}
