//! Convolutional networks as types.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod math;
pub mod rng;

pub use rng::{Purpose, Random};
