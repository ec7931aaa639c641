//! Inputs, and the outputs that belong to them.

/// Samples with their outputs, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Vectors {
    /// Where they come from, as people are told.
    pub origin: String,
    /// The inputs.
    pub inputs: Vec<f32>,
    /// The outputs.
    pub outputs: Vec<f32>,
}
