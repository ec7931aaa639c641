//! Model files: what is written is read, and whatever else is read is an error and never a panic.

#[path = "firmware/src/kinds/network.rs"]
mod every;
#[path = "model_file/files.rs"]
mod files;
#[path = "model_file/hostile.rs"]
mod hostile;
#[path = "model_file/normalisations.rs"]
mod normalisations;
#[path = "model_file/random.rs"]
mod random;
#[path = "model_file/refused.rs"]
mod refused;
#[path = "model_file/written.rs"]
mod written;
