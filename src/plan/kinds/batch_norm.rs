//! Batch normalisation.

use crate::written::optional;
use crate::{
    Class, Dims, Facts, Needs, OptionValue, OptionValues, Role, ShapeError, Start, Takes, Tensor,
    Tensors, Value, Written,
};

pub(crate) const NAME: &str = "BatchNorm";
pub(crate) const TAG: u32 = 12;
pub(crate) const CLASS: Class = Class::Normalisation;

pub(crate) const WRITTEN: [Written; 1] = [Written {
    name: NAME,
    kind: NAME,
    options_type: Some("BatchNormOptions"),
    options: &[optional("epsilon", Takes::Float), optional("momentum", Takes::Float)],
    fixed: &[],
    class: CLASS,
    gives_vector: false,
}];

/// Options of batch normalisation.
///
/// ```
/// use tinyconv_plan::{BatchNormOptions, LayerKind};
///
/// let norm = LayerKind::BatchNorm(BatchNormOptions { momentum: 0.25, ..BatchNormOptions::NEW });
/// assert_eq!(norm.to_string(), "BatchNorm { momentum: 0.25 }");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BatchNormOptions {
    /// Added to the variance, so that the division stays finite.
    pub epsilon: f32,
    /// The share of a batch in the running averages.
    pub momentum: f32,
}

impl BatchNormOptions {
    /// Epsilon 1e-5, momentum 0.1, as in PyTorch.
    pub const NEW: Self = Self { epsilon: 1e-5, momentum: 0.1 };

    /// Stages over a batch: forward the sums, the sums of squares, the output; backward the sums of
    /// gradients, the input's gradient.
    pub const STAGES: [usize; 2] = [3, 2];
}

pub(crate) const fn facts(o: BatchNormOptions, input: Dims) -> Result<Facts, ShapeError> {
    if !(o.epsilon > 0.0 && o.epsilon < f32::INFINITY) {
        return Err(ShapeError::OptionOutOfRange {
            option: "epsilon",
            must: "`epsilon` must be a finite number above 0",
        });
    }
    if !(o.momentum >= 0.0 && o.momentum <= 1.0) {
        return Err(ShapeError::OptionOutOfRange {
            option: "momentum",
            must: "`momentum` must be between 0 and 1",
        });
    }
    let channels = input.channels();
    let tensors = Tensors::four([
        Tensor::each(Role::Weight, channels, Start::One),
        Tensor::each(Role::Bias, channels, Start::Zero),
        Tensor::each(Role::RunningMean, channels, Start::Zero),
        Tensor::each(Role::RunningVariance, channels, Start::One),
    ]);
    let facts = Facts::with_tensors(input, input, tensors);
    let needs = Needs {
        // Mean and variance of the batch.
        tape: channels.saturating_mul(2),
        stages: BatchNormOptions::STAGES[0],
        backward_stages: BatchNormOptions::STAGES[1],
        shared: channels.saturating_mul(2),
        ..facts.needs
    };
    Ok(Facts { needs, ..facts })
}

pub(crate) const fn options(o: BatchNormOptions) -> OptionValues {
    let new = BatchNormOptions::NEW;
    let (epsilon, momentum) = (o.epsilon.to_bits(), o.momentum.to_bits());
    let is_default = epsilon == new.epsilon.to_bits();
    let epsilon = OptionValue::or_default("epsilon", Value::Float(o.epsilon), is_default);
    let is_default = momentum == new.momentum.to_bits();
    let momentum = OptionValue::or_default("momentum", Value::Float(o.momentum), is_default);
    // The momentum changes nothing in what the parameters mean.
    OptionValues::new([epsilon, OptionValue { is_identity: false, ..momentum }])
}
