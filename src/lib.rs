//! Convolutional networks as types.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod kernels;
pub mod layers;
pub mod loss;
pub mod math;
#[cfg(feature = "model-file")]
pub mod model_file;
pub mod optim;
pub mod spec;

mod activation;
mod element;
mod init;
mod layer;
mod macros;
mod network;
mod rng;
mod shape;
mod trainable;

pub use activation::{Activation, Identity, LeakyRelu, Relu, Sigmoid, Tanh};
pub use element::Element;
pub use init::Init;
pub use layer::{Layer, Record, Tape};
pub use network::{InputOf, Network, Outcome, OutputOf, Scratch};
pub use rng::{Purpose, Random};
pub use shape::{Chw, Kernel, Padding, Shape, Stride, Vector};
pub use trainable::{Accumulate, Trainable};
