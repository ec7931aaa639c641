//! Four optimizers, one and four steps from the first weights, against PyTorch in double precision.
//!
//! Compared is the *change* of each tensor: the root mean square of the difference to PyTorch's,
//! relative to that of the change. (Element by element there is no bound for Adam, which divides a
//! gradient by its own size: one that is a thousandth of its tensor's largest has a thousand times
//! the relative error.)

use tinyconv::optim::{Adam, Optimizer, Sgd};

use super::vectors::{Vectors, tensors};
use super::{Digits, F32, batch};

/// Half a unit in the last place of a number near 1.
pub const ROUNDING: f64 = 1.0 / 16_777_216.0;

/// What `1 - beta2^t` loses in single precision: the power's rounding, 2^-25 a step, becomes
/// `t * 2^-25 / (t * 0.001)` of the difference; the square root halves that.
pub const BIAS_CORRECTION: f64 = ROUNDING / 2.0 / 0.001 / 2.0;

fn root_mean_square(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    (values.map(|value| value * value).sum::<f64>() / count).sqrt()
}

/// Steps over batches 0.. from the first weights, each with the gradients of the mean loss.
///
/// The change may be off by the gradients' own error (see `F32`), by what the rule loses
/// (`of_the_rule`), and by the rounding of each stored weight, `roundings` times a step.
fn check<O: Optimizer>(
    name: &str,
    mut optimizer: O,
    learning_rate: f32,
    of_the_rule: f64,
    roundings: f64,
) {
    let vectors = Vectors::read();
    let first = vectors.params("init_weights");
    let mut params = first.clone();
    let mut states = vec![0.0; Digits::PARAMS * O::STATES];
    for step in 1..=4 {
        let mut gradients = vec![0.0f32; Digits::PARAMS];
        let (images, labels) = (vectors.images(step - 1), vectors.labels(step - 1));
        batch(&params, &images, &labels, &mut gradients);
        optimizer.step(learning_rate, &mut params, &gradients, &mut states);
        // There are vectors of the first and of the fourth step.
        if step != 1 && step != 4 {
            continue;
        }
        let theirs = vectors.all_params(&format!("optim/{name}/step{step}"));
        for (tensor, range) in tensors() {
            let (first, params, theirs) =
                (&first[range.clone()], &params[range.clone()], &theirs[range]);
            let changes = params.iter().zip(first).map(|(&w, &f)| f64::from(w) - f64::from(f));
            let off = root_mean_square(changes.zip(theirs).map(|(ours, theirs)| ours - theirs));
            let change = root_mean_square(theirs.iter().copied());
            let weight = root_mean_square(first.iter().map(|&w| f64::from(w)));
            let stored = roundings * step as f64 * ROUNDING * weight / change;
            let (error, tolerance) = (off / change, F32 + of_the_rule + stored);
            assert!(
                error <= tolerance,
                "{name}, step {step}, {tensor}: off by {error:e} of the change, not {tolerance:e}"
            );
        }
    }
}

#[cfg_attr(feature = "micromath", ignore = "its functions are approximations")]
#[test]
fn sgd_with_momentum() {
    check("sgd", Sgd::default(), 0.02, 0.0, 1.0);
}

#[cfg_attr(feature = "micromath", ignore = "its functions are approximations")]
#[test]
fn sgd_with_weight_decay_and_nesterov() {
    let sgd = Sgd { weight_decay: 4e-4, nesterov: true, ..Sgd::default() };
    check("sgd_wd_nesterov", sgd, 0.02, 0.0, 1.0);
}

#[cfg_attr(feature = "micromath", ignore = "its functions are approximations")]
#[test]
fn adam() {
    check("adam", Adam::default(), 1e-3, BIAS_CORRECTION, 1.0);
}

#[cfg_attr(feature = "micromath", ignore = "its functions are approximations")]
#[test]
fn adamw() {
    // The weight is rounded twice: after its decay and after its step.
    let adamw = Adam { weight_decay: 0.01, ..Adam::default() };
    check("adamw", adamw, 1e-3, BIAS_CORRECTION, 2.0);
}
