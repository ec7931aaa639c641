//! Training and evaluation on a workstation: data sets, networks as types and as values, training in lanes,
//! model files. The `tinyconv` tool is built on it; a program that only trains needs nothing else.
//!
//! The feature `pictures`, on by default, reads PNG and JPEG files in class folders.
#![deny(missing_docs)]

pub mod bench;
pub mod data;
pub mod files;
pub mod interpret;
pub mod lanes;
pub mod limits;
pub mod model;
#[doc(hidden)]
pub mod natural;
pub mod network_source;
pub mod networks;
#[cfg(feature = "pictures")]
pub mod picture;
pub mod text;
pub mod training;
