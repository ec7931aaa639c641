//! A tensor of a layer.

use super::Role;

/// Numbers of a layer with their shape, the last dimension running fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// What it is to the layer.
    pub role: Role,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// As many numbers as the product of the dimensions.
    pub values: Vec<f32>,
}
