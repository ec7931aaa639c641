//! What the tests with firmware share: finding the tools, building images, running them, and knowing what they must
//! say.

pub mod counter;
#[path = "../firmware/src/digits.rs"]
pub mod digits;
pub mod elf;
pub mod expected;
pub mod firmware;
pub mod inputs;
pub mod process;
pub mod qemu;
pub mod report;
pub mod toolchain;
pub mod tools;
