//! What an evaluation is told.

use tinyconv::model_file::Normalisations;

use super::LossKind;
use crate::limits::Limits;

/// Shown each sample's number and outputs, in ascending order.
///
/// ```
/// use tinyconv_training::training::Visitor;
///
/// let mut most = f32::NEG_INFINITY;
/// let mut keep_most = |_sample: u32, output: &[f32]| most = output.iter().fold(most, |a, &b| a.max(b));
/// let visit: &mut Visitor<'_> = &mut keep_most;
/// visit(0, &[0.5, 2.0]);
/// visit(1, &[1.0, -3.0]);
/// assert_eq!(most, 2.0);
/// ```
pub type Visitor<'a> = dyn FnMut(u32, &[f32]) + Send + 'a;

/// Everything that an evaluation of images depends on, besides the network and the data.
///
/// ```
/// use tinyconv_training::training::TrainOptions;
/// use tinyconv_training::training::{EvaluateOptions, LossKind};
///
/// let options = EvaluateOptions { threads: 1, ..TrainOptions::digits().evaluation() };
/// assert_eq!(options.loss, LossKind::default());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct EvaluateOptions {
    /// How inputs are made from bytes.
    pub normalisation: Normalisations,
    /// The loss whose mean is taken.
    pub loss: LossKind,
    /// Threads; the result does not depend on them.
    pub threads: usize,
    /// What may be spent on it.
    pub limits: Limits,
}
