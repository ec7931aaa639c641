//! What every test image needs: a way to end QEMU with a verdict, a measured stack, markers for the
//! instruction counter, and the network under test.

#![no_std]

// Linked for its critical section, which printing needs.
use cortex_m as _;

#[cfg(not(feature = "link-check"))]
mod failure;
#[cfg(feature = "link-check")]
mod link_check;

pub mod digits;
pub mod exit;
pub mod model;
pub mod region;
pub mod stack;
