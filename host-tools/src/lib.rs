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

pub mod bench;
pub mod boards;
pub mod commands;
pub mod data;
pub mod exchange;
pub mod export;
pub mod files;
pub mod filter;
pub mod finetune;
pub mod firmware;
pub mod interpret;
pub mod lanes;
pub mod model;
mod natural;
pub mod network_source;
pub mod networks;
pub mod picture;
pub mod plot;
pub mod project;
pub mod report;
pub mod reproduce;
pub mod serve;
pub mod training;
