//! Training as a device does it, on the host: each mode and each freeze depth gives the bits of the
//! plain way to compute the same step, and bad input changes nothing.

#[path = "tuning/bad_input.rs"]
mod bad_input;
#[path = "tuning/learning.rs"]
mod learning;
#[path = "tuning/net.rs"]
mod net;
#[path = "tuning/rails.rs"]
mod rails;
#[path = "tuning/steps.rs"]
mod steps;
