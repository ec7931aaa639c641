//! Layers: what each of them takes and computes; thin calls into the kernels.
//!
//! A layer is written once, over its [`Geometry`](crate::kernels::Geometry): a type where
//! [`network!`](macro@crate::network) places it in a network, a value in a network that was read from a file.

mod activated;
mod activation;
mod any;
mod avg_pool2d;
mod batch_norm;
mod batch_norm_pool;
mod batch_stage;
mod chain;
mod choose;
mod clip;
mod concat;
mod conv2d;
mod conv2d_pool;
mod dense;
mod dropout;
mod dropout_key;
mod elementwise;
mod elu;
mod fixed;
mod hard_swish;
mod identity;
mod layer;
mod leaky_relu;
mod linked;
mod max_pool2d;
mod p_relu;
mod pass;
mod projected;
mod relu;
mod residual;
mod scale;
mod shape;
mod sigmoid;
mod silu;
mod softmax;
mod source;
mod staged;
mod tanh;
mod tape;
#[cfg(test)]
mod tests;
mod weight;

pub use activated::Activated;
#[cfg(test)]
pub(crate) use activated::backward_activation;
pub use activation::Activation;
pub use any::{AnyActivation, AnyLayer};
pub use avg_pool2d::{AvgPool2d, GlobalAvgPool2d};
pub use batch_norm::BatchNorm;
pub use batch_norm_pool::BatchNormMaxPool2d;
pub use batch_stage::BatchStage;
pub use chain::Chain;
#[doc(hidden)]
pub use choose::{Choose, Fuse};
pub use clip::Clip;
pub use concat::Concat;
pub use conv2d::{Conv2d, DepthwiseConv2d};
pub use conv2d_pool::Conv2dMaxPool2d;
pub use dense::Dense;
pub use dropout::Dropout;
pub use dropout_key::DropoutKey;
pub use elementwise::{Curve, Elementwise};
pub use elu::Elu;
pub use fixed::{Fixed, Place};
pub use hard_swish::{HardSwish, HardSwishCurve};
pub use identity::Identity;
pub use layer::{Layer, Operation};
pub use leaky_relu::LeakyRelu;
#[doc(hidden)]
pub use linked::{Apart, End, Given, Incoming, Linked, Outgoing, Within};
pub use max_pool2d::MaxPool2d;
pub use p_relu::PRelu;
pub use pass::{Flatten, Pass};
pub use projected::Projected;
pub use relu::Relu;
pub use residual::Residual;
pub use scale::Scale;
pub use shape::{Chw, MapItem, Shape, Vector};
pub use sigmoid::Sigmoid;
pub use silu::{Silu, SiluCurve};
pub use softmax::Softmax;
pub use source::{Bytes, ChannelBytes, Direct, Source};
#[doc(hidden)]
pub use staged::Staged;
pub use tanh::Tanh;
pub use tape::{Saved, Tape};
pub use weight::Weight;
