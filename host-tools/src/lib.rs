//! What the `tinyconv` tool is made of: data sets, training in lanes, evaluation, model files.

pub mod data;
pub mod lanes;
pub mod networks;
pub mod training;
