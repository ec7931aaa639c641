//! Host side.
pub mod data;
pub mod lanes;
