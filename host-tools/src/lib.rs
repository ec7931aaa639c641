//! What the `tinyconv` tool is made of: data sets, training in lanes, evaluation, model files, image filters,
//! plots.
//!
//! It works for any network. A program that has the whole [tool](commands::run) for networks of its own
//! is a line; `tinyconv new NAME` writes one, with firmware. Piece by piece, `examples/own_network.rs`:
//!
//! ```no_run
#![doc = include_str!("../examples/own_network.rs")]
//! ```
#![deny(missing_docs)]

pub mod commands;
pub mod export;
pub mod filter;
pub mod finetune;
pub mod firmware;
pub mod project;
pub mod reproduce;
pub mod serve;
pub mod signing;

pub use tinyconv_exchange as exchange;
pub use tinyconv_report::{boards, plot, report};
pub use tinyconv_training::{
    bench, data, files, interpret, lanes, limits, network_source, networks, picture, text, training,
};

/// Networks as values: those that the tool comes with, and what is of any.
pub mod model {
    pub use tinyconv_built_in::MODELS;
    pub use tinyconv_training::model::*;
}
