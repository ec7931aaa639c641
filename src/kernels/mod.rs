//! The arithmetic: free functions on nested arrays, `forward` and `backward` in one file each.
//!
//! The order of every sum is fixed (see each function), so that all targets, lanes and threads get
//! the same bits. Gradients are added to what the output buffers hold; zeroing them is the caller's.

pub mod avg_pool2d;
pub mod batch_norm;
pub mod conv2d;
pub mod conv2d_pool;
pub mod dense;
pub mod max_pool2d;
pub mod softmax;
