//! The fully connected layer.

use crate::written::required;
use crate::{
    Class, Dims, Facts, OptionValue, OptionValues, ShapeError, Takes, Tensor, Tensors, Value,
    Written,
};

pub(crate) const NAME: &str = "Dense";
pub(crate) const TAG: u32 = 5;
pub(crate) const CLASS: Class = Class::Dense;

pub(crate) const WRITTEN: [Written; 1] = [Written {
    name: NAME,
    kind: NAME,
    options_type: Some("DenseOptions"),
    options: &[required("out", Takes::Number)],
    fixed: &[],
    class: CLASS,
    gives_vector: true,
}];

/// Options of a fully connected layer.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 3 });
/// assert_eq!(dense.facts(Dims::Map([2, 2, 2]))?.tensors.parameters(), (8 + 1) * 3);
/// # Ok::<(), tinyconv_plan::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DenseOptions {
    /// Outputs.
    pub out: usize,
}

impl DenseOptions {
    /// `out` must be given.
    pub const NEW: Self = Self { out: 0 };
}

pub(crate) const fn facts(o: DenseOptions, input: Dims) -> Result<Facts, ShapeError> {
    if o.out == 0 {
        return Err(ShapeError::ZeroSize);
    }
    let tensors = Tensors::weight_and_bias(Tensor::matrix(input.len(), o.out), o.out);
    Ok(Facts {
        multiply_adds: input.len().saturating_mul(o.out),
        ..Facts::with_tensors(input, Dims::Vector(o.out), tensors)
    })
}

pub(crate) const fn options(o: DenseOptions) -> OptionValues {
    OptionValues::new([OptionValue::given("out", Value::Number(o.out))])
}
