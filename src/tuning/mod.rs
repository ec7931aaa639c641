//! Training on a device: which layers are trained, how, in which memory, and what keeps it safe.
//!
//! [`trainer!`](crate::trainer) writes the memory of a [`Trainer`] as a type, so that a linker and a
//! budget see it; [`RunningLoss`], [`Gate`] and `Replay` (feature `replay`) are the guard rails.

mod blocks;
#[cfg(feature = "checkpoint")]
mod checkpoint;
mod checksum;
mod cut;
mod error;
mod gate;
mod head;
mod macros;
mod memory;
mod mode;
mod part;
#[cfg(feature = "replay")]
mod replay;
mod running_loss;
mod trainer;

pub use blocks::Blocks;
#[cfg(feature = "checkpoint")]
pub use checkpoint::Bookmark;
pub use checksum::checksum;
pub use cut::Cut;
pub use error::TuneError;
pub use gate::{Gate, Verdict};
pub use head::{Head, Headed};
pub use memory::Memory;
pub use mode::{MiniBatch, Mode, PerSample};
pub use part::{All, Last, Part};
#[cfg(feature = "replay")]
pub use replay::Replay;
pub use running_loss::RunningLoss;
pub use trainer::Trainer;
