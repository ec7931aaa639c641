//! The arithmetic: free functions on flat slices, `forward` and `backward` in one file each.
//!
//! Where a kernel's windows lie is its [`Geometry`], a type (then it is compiled for these very
//! numbers, as on a board) or a value (then one copy of it does for all of them).
//!
//! The order of every sum is fixed (see each function), so that all targets, lanes and threads get
//! the same bits. Gradients are added to what the output buffers hold, or handed over; zeroing them is
//! the caller's.
//!
//! Kernels do not panic: they return `None` where a slice is shorter than the geometry says or the
//! geometry contradicts itself, and have written no, some or all results then.

mod axis;
pub(crate) mod geometry;
mod pool;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub mod avg_pool2d;
pub mod batch_norm;
pub mod conv2d;
pub mod conv2d_pool;
pub mod dense;
pub mod max_pool2d;
pub mod softmax;

pub use geometry::Geometry;

use crate::plan::Window;
