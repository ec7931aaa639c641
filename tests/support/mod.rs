//! What the tests with firmware share: finding the tools, building images, running them, and knowing what they must
//! say.

pub mod bless;
pub mod counter;
#[path = "../firmware/src/digits.rs"]
pub mod digits;
#[path = "../firmware/src/digits_tiny.rs"]
pub mod digits_tiny;
pub mod elf;
pub mod expected;
pub mod firmware;
pub mod inputs;
#[path = "../firmware/src/kinds/mod.rs"]
pub mod kinds;
pub mod lanes;
#[path = "../firmware/src/lenet.rs"]
pub mod lenet;
#[path = "../firmware/src/mlperf/mod.rs"]
pub mod mlperf;
#[path = "../firmware/src/optimizers.rs"]
pub mod optimizers;
pub mod process;
pub mod qemu;
pub mod report;
#[path = "../firmware/src/shapes.rs"]
pub mod shapes;
pub mod toolchain;
pub mod tools;
pub mod training;
