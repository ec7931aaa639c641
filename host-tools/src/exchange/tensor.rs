//! A tensor of a layer.

use super::Role;

/// Numbers of a layer with their shape, the last dimension running fastest.
///
/// ```
/// use host_tools::exchange::{Role, Tensor};
///
/// // Two rows of three numbers.
/// let values = vec![1.0, 2.0, 3.0, 10.0, 20.0, 30.0];
/// let tensor = Tensor { role: Role::Weight, shape: vec![2, 3], values };
/// assert_eq!(tensor.shape.iter().product::<usize>(), tensor.values.len());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// What it is to the layer.
    pub role: Role,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// As many numbers as the product of the dimensions.
    pub values: Vec<f32>,
}
