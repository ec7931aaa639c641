//! Which targets a loss can be taken of.

use super::{InvalidOptions, LossKind};
use crate::data::Split;

/// How far the sum of probabilities may be from 1: what is written with three digits is off by that.
const TOLERANCE: f32 = 0.01;

/// Checks the targets of `split`, if it has such: cross-entropy takes probabilities whose sum is 1, binary
/// cross-entropy probabilities, and the mean squared error numbers.
///
/// # Errors
/// If they are something else.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use tinyconv_training::training::{LossKind, check_targets};
///
/// let inputs = Inputs::floats([1, 1, 1], vec![0.5, 1.5]);
/// let split = Split::with_targets(inputs, vec![0.25, 0.75, 1.0, 1.0]);
/// assert!(check_targets("training", &split, LossKind::BinaryCrossEntropy).is_ok());
/// let error = check_targets("training", &split, LossKind::default()).unwrap_err().to_string();
/// assert!(error.contains("of training sample 1 are not probabilities whose sum is 1"), "{error}");
/// ```
pub fn check_targets(
    name: &'static str,
    split: &Split,
    loss: LossKind,
) -> Result<(), InvalidOptions> {
    let (loss, expected, sum_is_one) = match loss {
        LossKind::CrossEntropy(_) => ("cross-entropy", "probabilities whose sum is 1", true),
        LossKind::BinaryCrossEntropy => ("binary-cross-entropy", "numbers from 0 to 1", false),
        LossKind::MeanSquaredError => return Ok(()),
    };
    let is_right = |row: &[f32]| {
        let are_shares = row.iter().all(|target| (0.0..=1.0).contains(target));
        let sum = row.iter().sum::<f32>();
        are_shares && (!sum_is_one || (sum - 1.0).abs() <= TOLERANCE)
    };
    let mut rows = split.targets.chunks_exact(split.target_len().max(1));
    match rows.position(|row| !is_right(row)) {
        None => Ok(()),
        Some(index) => Err(InvalidOptions::Targets { name, index, loss, expected }),
    }
}
