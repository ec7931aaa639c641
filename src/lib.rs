//! Small convolutional networks as types: trained on a workstation, run and trained further on a
//! microcontroller, by the same code, with the same bits.
//!
//! No `std`, no heap, no `unsafe`. A network is written once; the compiler computes and checks its
//! shapes, and its memory is a set of constants.
//!
//! ```
//! use tinyconv::optim::{Optimizer, Sgd};
//! use tinyconv::{Accumulate, Init, Network, Scratch};
//!
//! tinyconv::network! {
//!     /// Vertical or horizontal?
//!     pub Bars: 1 x 6 x 6 {
//!         conv: Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
//!         classify: Dense { out: 2 },
//!     }
//! }
//!
//! // Everything that is needed, in the caller's hands: on a board, these are statics.
//! let mut parameters = [0.0f32; Bars::PARAMS];
//! let mut gradients = [0.0f32; Bars::PARAMS];
//! let mut velocities = [0.0f32; Bars::PARAMS];
//! let mut elements = [0.0f32; Bars::TRAIN_SCRATCH];
//! let mut choices = [0u8; Bars::TRAIN_CHOICES];
//!
//! <Bars as Network>::init(Init::HeUniform, 1, &mut parameters);
//! let mut sgd = Sgd { momentum: 0.5, ..Sgd::default() };
//! for step in 0..240 {
//!     let label = step % 2;
//!     let mut image = [[[0.0; 6]; 6]; 1];
//!     for i in 0..6 {
//!         let (row, column) = if label == 0 { (i, step / 2 % 6) } else { (step / 2 % 6, i) };
//!         image[0][row][column] = 1.0;
//!     }
//!     gradients.fill(0.0);
//!     let outcome = Bars::gradients(
//!         Accumulate { parameters: &parameters, gradients: &mut gradients },
//!         &image,
//!         label as u16,
//!         1.0, // one over the samples of a step
//!         Scratch { elements: &mut elements, choices: &mut choices },
//!     );
//!     assert!(outcome.loss.is_finite());
//!     sgd.step(0.05, &mut parameters, &gradients, &mut velocities);
//! }
//!
//! let mut scratch = [0.0; Bars::INFER_SCRATCH];
//! let mut logits = [0.0; 2];
//! let mut vertical = [[[0.0; 6]; 6]; 1];
//! for row in &mut vertical[0] {
//!     row[4] = 1.0;
//! }
//! Bars::infer(&parameters, &vertical, &mut scratch, &mut logits);
//! assert!(logits[0] > logits[1] + 2.0, "{logits:?}");
//! ```
//!
//! [`book`] has the chapters: quick start, memory, numerics, fine-tuning, porting to a board,
//! architecture.
//!
//! | what | where |
//! |---|---|
//! | networks as types | [`network!`], [`Network`] |
//! | layers and activations | [`layers`], [`Activation`] |
//! | a layer of one's own | [`Layer`], [`Operation`] |
//! | networks from files, layer by layer | [`plan::Plan`], [`layers::AnyLayer`] |
//! | the arithmetic below them | [`kernels`] |
//! | one sample, or many in lanes | [`Element`] |
//! | shapes as types, as values | [`Shape`], [`plan`] |
//! | training | [`loss`], [`optim`], [`GradientSink`], [`Init`] |
//! | training on a device, in stated memory | [`tuning`], [`trainer!`] |
//! | inputs in bytes, parameters in another format | [`Source`], [`Weight`] |
//! | trained parameters in a file | `model_file` (feature `model-file`) |
//! | what a device learnt, kept through power cuts | `checkpoint` (feature `checkpoint`) |
//! | updates that only the owner of a key can make | `signature` (feature `signature`) |
//! | randomness that does not depend on threads | [`Random`] |
//! | `exp`, `ln`, `tanh`, `sqrt` | [`math`] |
//!
//! # Numerics
//!
//! All arithmetic is IEEE-754 binary32, rounded to nearest even, subnormals kept, with the order of
//! every sum fixed and written down at its kernel. No multiply-add is fused (but see the feature
//! `fma`). So a forward pass, a backward pass and a step of an optimizer give the same bits on every
//! target.
//!
//! # Features
//!
//! | feature | what it does |
//! |---|---|
//! | `model-file` | model files: postcard, a checksum, parameters borrowed in place |
//! | `replay` | a buffer of samples of every class, against forgetting |
//! | `checkpoint` | keeps what a device learnt in NOR flash, through power cuts |
//! | `signature` | takes updates only with an Ed25519 signature, and each once |
//! | `micromath` | `exp`, `ln`, `tanh`, `sqrt` by micromath's approximations, on every target |
//! | `fma` | fused multiply-adds; software where `core` has no such instruction, as on Cortex-M |
//! | `defmt` | `defmt::Format` for errors, shapes and results |
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(test)]
extern crate std;
// What `network!` writes names this crate.
extern crate self as tinyconv;

pub mod book;
#[cfg(feature = "checkpoint")]
pub mod checkpoint;
pub mod kernels;
pub mod layers;
pub mod loss;
pub mod math;
#[cfg(feature = "model-file")]
pub mod model_file;
pub mod network;
pub mod optim;
#[cfg(feature = "signature")]
pub mod signature;
pub mod tuning;

#[cfg(any(feature = "checkpoint", feature = "model-file"))]
mod crc32;
#[cfg(test)]
mod testing;
// The code in the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use layers::{
    Activation, BatchStage, Bytes, ChannelBytes, Chw, Direct, DropoutKey, Fixed, Identity, Layer,
    LeakyRelu, MapItem, Operation, Place, Relu, Saved, Shape, Sigmoid, Source, Tanh, Tape, Vector,
    Weight,
};
pub use math::{Element, Purpose, Random};
pub use network::{
    Deployed, Footprint, Init, InputOf, Network, Outcome, OutputOf, Scratch, fold, fold_layers,
    init_layers,
};
pub use optim::{Accumulate, ApplyInPlace, GradientSink};
/// Writes a network as a type.
///
/// ```
/// tinyconv::network! {
///     /// 28x28 grey-scale digits.
///     pub Digits: 1 x 28 x 28 {
///         conv1: Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
///         conv2: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
///         classify: Dense { out: 10 },
///     }
/// }
///
/// assert_eq!(Digits::PARAMS, 5142);
/// assert_eq!(Digits::INFER_SCRATCH, 6 * 12 * 12 + 16 * 4 * 4);
///
/// static PARAMS: [f32; Digits::PARAMS] = [0.0; Digits::PARAMS];
/// let mut scratch = [0.0; Digits::INFER_SCRATCH];
/// let mut logits = [1.0; 10];
/// Digits::infer(&PARAMS, &[[[0.5; 28]; 28]], &mut scratch, &mut logits);
/// assert_eq!(logits, [0.0; 10]);
/// ```
///
/// Sizes and options may be any constants, and layers may be in blocks:
///
/// ```
/// const LABELS: [&str; 3] = ["walks", "runs", "falls"];
/// const SAMPLES: usize = 64;
///
/// tinyconv::network! {
///     Motion: 3 x SAMPLES {
///         Conv1d { out: 8, kernel: 5, padding: same }, Relu, MaxPool1d { size: SAMPLES / 16 },
///         Residual { Conv1d { out: 8, kernel: 3, padding: same } }, Relu,
///         GlobalAvgPool2d, Dense { out: LABELS.len() },
///     }
/// }
///
/// use tinyconv::{Network, plan::Dims};
/// assert_eq!((Motion::INPUT, Motion::OUTPUT), (Dims::Map([3, 1, 64]), Dims::Vector(3)));
/// ```
///
/// # How it is written
///
pub use tinyconv_macros::network;
pub use tinyconv_plan as plan;
