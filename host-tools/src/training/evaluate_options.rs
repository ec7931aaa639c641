//! What an evaluation is told.

use tinyconv::model_file::Normalisation;

use super::LossKind;

/// Shown each sample's number and outputs, in ascending order.
pub type Visitor<'a> = dyn FnMut(u32, &[f32]) + Send + 'a;

/// Everything that an evaluation of images depends on, besides the network and the data.
#[derive(Clone, Copy, Debug)]
pub struct EvaluateOptions {
    /// How inputs are made from bytes.
    pub normalisation: Normalisation,
    /// The loss whose mean is taken.
    pub loss: LossKind,
    /// Threads; the result does not depend on them.
    pub threads: usize,
}
