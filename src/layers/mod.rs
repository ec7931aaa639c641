//! Layers: shapes, parameters and docs; each a thin call into its kernel.

mod activated;
mod avg_pool2d;
mod batch_norm;
mod batch_norm_pool;
mod chain;
mod choose;
mod conv2d;
mod conv2d_pool;
mod dense;
mod depthwise_conv2d;
mod dropout;
mod flatten;
mod global_avg_pool2d;
mod max_pool2d;
mod one_dimensional;
mod pass;
mod residual;
mod softmax;
#[cfg(test)]
mod tests;

pub use activated::Activated;
pub use avg_pool2d::AvgPool2d;
pub use batch_norm::BatchNorm;
pub use batch_norm_pool::BatchNormMaxPool2d;
pub use chain::Chain;
#[doc(hidden)]
pub use choose::{Choose, Fuse};
pub use conv2d::Conv2d;
pub use conv2d_pool::Conv2dMaxPool2d;
pub use dense::Dense;
pub use depthwise_conv2d::DepthwiseConv2d;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use global_avg_pool2d::GlobalAvgPool2d;
pub use max_pool2d::MaxPool2d;
pub use one_dimensional::{AvgPool1d, Conv1d, MaxPool1d};
pub use pass::Pass;
pub use residual::Residual;
pub use softmax::Softmax;

/// One side of an output follows from the input's: rounded down, and with the one more row or
/// column below or to the right that "same" padding of an even kernel needs.
pub(crate) const fn fits(
    input: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    output: usize,
) -> bool {
    let mut after = padding;
    while after <= padding + 1 {
        let padded = input + padding + after;
        if stride > 0 && kernel > 0 && padded >= kernel && (padded - kernel) / stride + 1 == output
        {
            return true;
        }
        after += 1;
    }
    false
}
