//! The board or, with the feature `qemu`, the machine that is most like it in QEMU.

#![no_std]

#[cfg_attr(not(feature = "qemu"), path = "lib.rs")]
#[cfg_attr(feature = "qemu", path = "qemu.rs")]
#[allow(unused_attributes, reason = "each of the two begins as a crate does")]
mod machine;

pub use machine::*;
