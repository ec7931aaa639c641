//! A tensor of a layer.

use super::Role;

/// Numbers of a layer with their shape, the last dimension running fastest.
///
/// ```
/// use tinyconv_exchange::{Role, Tensor};
///
/// let weight = Tensor { role: Role::Weight, shape: vec![2, 3], values: vec![0., 1., 2., 3., 4., 5.] };
/// let at = |row: usize, column: usize| weight.values[row * weight.shape[1] + column];
/// assert_eq!(at(1, 0), 3.0);
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
