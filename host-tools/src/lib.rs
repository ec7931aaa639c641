//! What the `tinyconv` tool is made of: data sets, training in lanes, evaluation, model files, image filters,
//! plots.
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
pub mod interpret;
pub mod lanes;
pub mod model;
pub mod networks;
pub mod plot;
pub mod report;
pub mod reproduce;
pub mod serve;
pub mod training;
