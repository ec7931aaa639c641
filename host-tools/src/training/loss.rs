//! The loss of a run, as a value: one loop is compiled for each network, not one for each loss too.

use tinyconv::Element;
use tinyconv::loss::{BinaryCrossEntropy, CrossEntropy, Loss, MeanSquaredError, Target};

/// What a run makes small.
///
/// ```
/// use host_tools::training::LossKind;
/// use tinyconv::loss::{Loss, Target};
///
/// let loss = LossKind::MeanSquaredError.forward(&[0.5f32, 1.0], Target::Class(1), &mut [0.0; 2]);
/// assert_eq!(loss, 0.125);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LossKind {
    /// Softmax and cross-entropy.
    CrossEntropy(CrossEntropy),
    /// Cross-entropy of outputs that are each true or false.
    BinaryCrossEntropy,
    /// The mean square of what the outputs are off.
    MeanSquaredError,
}

impl Default for LossKind {
    /// Cross-entropy without smoothing.
    fn default() -> Self {
        Self::CrossEntropy(CrossEntropy::default())
    }
}

impl Loss for LossKind {
    #[inline]
    fn forward<E: Element>(&self, output: &[E], target: Target<'_, E>, kept: &mut [E]) -> E {
        match self {
            Self::CrossEntropy(loss) => loss.forward(output, target, kept),
            Self::BinaryCrossEntropy => BinaryCrossEntropy.forward(output, target, kept),
            Self::MeanSquaredError => MeanSquaredError.forward(output, target, kept),
        }
    }

    #[inline]
    fn backward<E: Element>(&self, target: Target<'_, E>, scale: E, d_output: &mut [E]) {
        match self {
            Self::CrossEntropy(loss) => loss.backward(target, scale, d_output),
            Self::BinaryCrossEntropy => BinaryCrossEntropy.backward(target, scale, d_output),
            Self::MeanSquaredError => MeanSquaredError.backward(target, scale, d_output),
        }
    }
}
