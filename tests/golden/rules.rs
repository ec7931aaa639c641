//! Twenty steps of every optimizer with given gradients, against PyTorch in double precision.
//!
//! `tests/data/optimizers.py` computes the vectors: 48 parameters between -1 and 1, gradients of four
//! sizes from 1 to 0.001 and zeros among them.
//!
//! Two errors are looked at, both of the parameter that is farthest off:
//! - relative to the largest *parameter*: at most [`OF_VALUE`], after every step there are vectors of;
//! - relative to the largest *change* since the first step, apart from the rounding of the stored
//!   parameters: at most [`OF_CHANGE`], or [`BIAS_CORRECTION`] for Adam. This one is the narrower
//!   one in the first steps, whose changes are small.

use tinyconv::optim::{Adagrad, AdagradMomentum, Adam, Descent, Optimizer, RmsProp, Sgd};

use super::optimizers::{BIAS_CORRECTION, ROUNDING};
use super::vectors::Vectors;

const OF_VALUE: f64 = 1e-6;

/// A dozen roundings of 2^-24, those of the settings among them.
const OF_CHANGE: f64 = 1e-6;

const COUNT: usize = 48;

/// The steps of which there are vectors.
const KEPT: [usize; 5] = [1, 2, 5, 10, 20];

/// `roundings`: how often a stored parameter is rounded in a step.
#[track_caller]
fn check<O: Optimizer>(
    name: &str,
    mut optimizer: O,
    learning_rate: f32,
    of_change: f64,
    roundings: f64,
) {
    let vectors = Vectors::of_rules();
    let floats = |name: &str| -> Vec<f32> {
        vectors.floats(name).into_iter().map(|value| value as f32).collect()
    };
    let (first, gradients) = (floats("first"), floats("gradients"));
    assert_eq!((first.len(), gradients.len()), (COUNT, 20 * COUNT));
    let theirs = vectors.floats(&format!("{name}/steps"));
    assert_eq!(theirs.len(), KEPT.len() * COUNT);
    let mut params = first.clone();
    let mut states = vec![0.0; COUNT * O::STATES];
    for (step, gradients) in (1..).zip(gradients.chunks_exact(COUNT)) {
        assert!(optimizer.step(learning_rate, &mut params, gradients, &mut states));
        let Some(kept) = KEPT.iter().position(|kept| *kept == step) else {
            continue;
        };
        let theirs = &theirs[kept * COUNT..][..COUNT];
        let differences = params.iter().zip(theirs).map(|(&ours, w)| f64::from(ours) - w);
        let off = largest(differences);
        let value = largest(theirs.iter().copied());
        let change = largest(theirs.iter().zip(&first).map(|(w, &first)| w - f64::from(first)));
        let error = off / value;
        assert!(error <= OF_VALUE, "{name}, step {step}: off by {error:e} of the parameters");
        let stored = roundings * step as f64 * ROUNDING * value;
        let error = (off - stored) / change;
        assert!(error <= of_change, "{name}, step {step}: off by {error:e} of the change");
    }
}

fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |largest, value| largest.max(value.abs()))
}

#[test]
fn descent() {
    check("descent", Descent { weight_decay: 0.01 }, 0.02, OF_CHANGE, 1.0);
}

#[test]
fn sgd() {
    check("sgd", Sgd::default(), 0.02, OF_CHANGE, 1.0);
    let sgd = Sgd { weight_decay: 0.01, nesterov: true, ..Sgd::default() };
    check("sgd_wd_nesterov", sgd, 0.02, OF_CHANGE, 1.0);
}

#[cfg_attr(feature = "micromath", ignore = "its functions are approximations")]
#[test]
fn adagrad() {
    check("adagrad", Adagrad::default(), 0.02, OF_CHANGE, 1.0);
    let adagrad = Adagrad { weight_decay: 0.01, ..Adagrad::default() };
    check("adagrad_wd", adagrad, 0.02, OF_CHANGE, 1.0);
    check("adagrad_momentum", AdagradMomentum::default(), 0.02, OF_CHANGE, 1.0);
}

#[cfg_attr(feature = "micromath", ignore = "its functions are approximations")]
#[test]
fn rms_prop() {
    check("rms_prop", RmsProp::default(), 0.002, OF_CHANGE, 1.0);
    let rms_prop = RmsProp { weight_decay: 0.01, ..RmsProp::default() };
    check("rms_prop_wd", rms_prop, 0.002, OF_CHANGE, 1.0);
}

#[cfg_attr(feature = "micromath", ignore = "its functions are approximations")]
#[test]
fn adam() {
    check("adam", Adam::default(), 0.002, BIAS_CORRECTION, 1.0);
    // Rounded are the decay's factor, the parameter after its decay and after its step.
    let adamw = Adam { weight_decay: 0.01, ..Adam::default() };
    check("adamw", adamw, 0.002, BIAS_CORRECTION, 3.0);
}

/// That the comparison can fail: a weight decay of 0.01 is seen in the first step.
#[test]
#[should_panic(expected = "adamw, step 1: off by")]
fn a_forgotten_weight_decay() {
    check("adamw", Adam::default(), 0.002, BIAS_CORRECTION, 3.0);
}
