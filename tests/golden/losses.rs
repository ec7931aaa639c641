//! Every loss against PyTorch: its value and its gradient, for logits up to some hundreds.
//!
//! `tests/data/losses.safetensors` holds PyTorch's numbers in double precision;
//! `tests/data/losses.py` computed them.

use tinyconv::Element;
use tinyconv::loss::{BinaryCrossEntropy, CrossEntropy, Loss, MeanSquaredError, Target};

use super::vectors::Vectors;

static FILE: &[u8] = include_bytes!("../data/losses.safetensors");
const SAMPLES: usize = 8;
const OUTPUTS: usize = 6;

/// A value of six terms, none below zero, carries up to six roundings of its sum, two of each term,
/// two units in the last place of `exp` and `ln`, and those of two quotients. A logit's own rounding
/// does no more: where the difference to the largest is large, its exponential is small.
const ROUNDINGS: f64 = 16.0;

/// Single precision against double.
const F32: f64 = ROUNDINGS / (1u64 << 24) as f64;

/// Double precision on both sides.
const F64: f64 = 2.0 * ROUNDINGS / (1u64 << 53) as f64;

/// Requires the loss and the gradient to be PyTorch's to `tolerance`, relative for numbers above 1.
#[track_caller]
fn check<E: Element<Choice = u8, Class = u16> + Into<f64>>(
    name: &str,
    loss: &impl Loss,
    tolerance: f64,
) {
    let vectors = Vectors::of(FILE);
    let of = |entry: &str| vectors.floats(&format!("{name}/{entry}"));
    let elements = |entry: &str| -> Vec<E> {
        of(entry).into_iter().map(|value| E::splat(value as f32)).collect()
    };
    let of_class = name.starts_with("class/");
    let classes = if of_class { vectors.bytes(&format!("{name}/class")) } else { Vec::new() };
    let values = if of_class { Vec::new() } else { elements("values") };
    let (outputs, losses, gradients) = (elements("output"), of("loss"), of("grad"));
    assert_eq!((losses.len(), gradients.len()), (SAMPLES, SAMPLES * OUTPUTS));
    let close = |what: &str, ours: E, theirs: f64| {
        let ours: f64 = ours.into();
        let error = (ours - theirs).abs() / theirs.abs().max(1.0);
        assert!(error <= tolerance, "{name}, {what}: {ours:e} is not {theirs:e} ({error:e})");
    };
    for sample in 0..SAMPLES {
        let row = sample * OUTPUTS..(sample + 1) * OUTPUTS;
        let target = if of_class {
            Target::Class(classes[sample].into())
        } else {
            Target::Values(&values[row.clone()])
        };
        let mut d_output = vec![E::splat(f32::NAN); OUTPUTS];
        let value = loss.forward(&outputs[row.clone()], target, &mut d_output);
        close("loss", value, losses[sample]);
        loss.backward(target, E::splat(1.0), &mut d_output);
        for (&ours, &theirs) in d_output.iter().zip(&gradients[row]) {
            close("gradient", ours, theirs);
        }
    }
}

fn check_both(name: &str, loss: &impl Loss) {
    check::<f32>(name, loss, F32);
    check::<f64>(name, loss, F64);
}

#[test]
#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
fn losses_and_their_gradients() {
    for (text, smoothing) in [("0", 0.0), ("0.125", 0.125), ("1", 1.0)] {
        let loss = CrossEntropy { smoothing };
        check_both(&format!("class/{text}"), &loss);
        check_both(&format!("soft/{text}"), &loss);
    }
    check_both("binary", &BinaryCrossEntropy);
    check_both("squared", &MeanSquaredError);
}
