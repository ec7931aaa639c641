//! The tool as users meet it: the built program, run on small data sets that the tests write.

mod bad_data;
mod bad_model;
mod bad_options;
mod boards;
mod data;
mod divergence;
mod filter;
mod finetune;
#[cfg(unix)]
mod interrupt;
mod report;
mod reproduce;
mod round_trip;
mod serve;
mod terminal;
mod tool;
