//! What takes bytes from outside, each as a target that is given any bytes: it must answer, without a panic, in
//! [`SECONDS`] and in [`MEMORY`], and what it accepts must hold what the target asserts of it.
//!
//! `cargo test -p tinyconv-fuzz` runs a stored corpus and changes of it; `tests/fuzz.sh` looks for more.

#![forbid(unsafe_code)]

mod scratch;
mod targets;

use std::alloc::System;

use cap::Cap;

pub use targets::Target;

/// The most memory that the whole program may have at once. Who asks for more is given none, and ends.
pub const MEMORY: usize = 1 << 30;

/// The longest that one input may take.
pub const SECONDS: u64 = 5;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, MEMORY);
