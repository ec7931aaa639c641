//! The tool as users meet it: the built program, run on small data sets that the tests write.

mod bad_data;
mod bad_model;
mod bad_options;
mod bench;
mod board;
mod boards;
mod data;
mod diff;
mod divergence;
mod filter;
mod finetune;
mod firmware;
mod folders;
// Hints are typed into a shell.
#[cfg(unix)]
mod hints;
#[cfg(target_os = "linux")]
mod hostile;
#[cfg(unix)]
mod interrupt;
mod json;
#[cfg(unix)]
mod kills;
mod new;
mod onnx;
mod predict;
mod read_back;
mod report;
mod reproduce;
#[cfg(unix)]
mod resume;
mod round_trip;
mod serve;
mod signing;
mod start;
mod state_dict;
mod targets;
mod terminal;
mod tflite;
mod tool;
mod validation;
#[cfg(unix)]
mod writing;
