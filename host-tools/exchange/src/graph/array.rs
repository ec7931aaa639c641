//! Constant numbers with a shape.

/// Numbers of a file in row-major order; a single number has no dimensions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

impl Array {
    /// A single number.
    pub(crate) fn of(value: f32) -> Self {
        Self { shape: Vec::new(), values: vec![value] }
    }
}
