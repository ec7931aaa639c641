//! Checkpoints in flash: whatever moment power is cut at, the one before or the new one is read.
//!
//! The flash is simulated (`flash`): it rejects what real NOR flash does not bear, and stops at any
//! write unit or erase unit, half done in several ways. A naive store (`naive`) shows that the
//! checks notice what they look for.

#[path = "checkpoint/bad_input.rs"]
mod bad_input;
#[path = "checkpoint/bad_units.rs"]
mod bad_units;
#[path = "checkpoint/costs.rs"]
mod costs;
#[path = "checkpoint/cuts.rs"]
mod cuts;
#[path = "checkpoint/flash.rs"]
mod flash;
#[path = "checkpoint/fuzzed.rs"]
mod fuzzed;
#[path = "checkpoint/keeper.rs"]
mod keeper;
#[path = "checkpoint/modes.rs"]
mod modes;
#[path = "checkpoint/naive.rs"]
mod naive;
#[path = "checkpoint/random.rs"]
mod random;
#[path = "checkpoint/resume.rs"]
mod resume;
#[path = "checkpoint/trainer.rs"]
mod trainer;
