//! Central differences: what the gradients of a function are, whatever the code under test says.

use tinyconv::layers::{Apart, Given, Linked};
use tinyconv::{Accumulate, Direct, Purpose, Random, Saved, Tape};

/// The step. A power of two, and parameters are multiples of 2^-20 below 2 in magnitude: the
/// parameters one step up and down are exact in `f32`. The error of a central difference is about
/// `step^2 * f'''/6`, 4e-11 f''', that of its rounding 1e-16 f / step, 1e-11 f.
pub const STEP: f32 = 1.0 / 65_536.0;

/// Two gradients agree to this share of the larger one.
pub const TOLERANCE: f64 = 1e-6;

/// Gradients below this size drown in the rounding of the differences (see [`STEP`]).
pub const FLOOR: f64 = 1e-9;

/// Numbers in -1..1, multiples of 2^-20, another row for each stream.
pub fn values(stream: u32, count: usize) -> Vec<f32> {
    let random = Random::new(7, Purpose::Synthesise);
    let draw = |index| random.below(1 << 21, 0, stream, index) as f32 / (1 << 20) as f32 - 1.0;
    (0..count as u32).map(draw).collect()
}

/// Distinct numbers in -1..1 in a random order, none closer than `2 / count` to another and none
/// closer than half of that to zero: maxima and the bend of a ReLU are out of a step's reach.
pub fn separated(stream: u32, count: usize) -> Vec<f32> {
    let mut order: Vec<usize> = (0..count).collect();
    Random::new(8, Purpose::Synthesise).shuffle(stream, &mut order);
    let place = |k: usize| (2 * k + 1) as f32 / count as f32 - 1.0;
    // An odd count has a number at zero.
    order.into_iter().map(|k| if 2 * k + 1 == count { 1.5 } else { place(k) }).collect()
}

/// The derivative of `f` at every coordinate of `at`, over `step` in both directions.
fn central(at: &mut [f64], step: f64, mut f: impl FnMut(&[f64]) -> f64) -> Vec<f64> {
    (0..at.len())
        .map(|index| {
            let middle = at[index];
            at[index] = middle + step;
            let above = f(at);
            at[index] = middle - step;
            let below = f(at);
            at[index] = middle;
            (above - below) / (2.0 * step)
        })
        .collect()
}

/// As [`central`] for a function of `f32` parameters; the steps are exact.
fn central_params(at: &mut [f32], step: f32, mut f: impl FnMut(&[f32]) -> f64) -> Vec<f64> {
    (0..at.len())
        .map(|index| {
            let middle = at[index];
            let (up, down) = (middle + step, middle - step);
            assert!(up - middle == step && middle - down == step, "the step is not exact");
            at[index] = up;
            let above = f(at);
            at[index] = down;
            let below = f(at);
            at[index] = middle;
            (above - below) / (2.0 * f64::from(step))
        })
        .collect()
}

/// Whether two gradients agree everywhere; the first place where not.
pub fn compare(left: &[f64], right: &[f64]) -> Result<(), String> {
    assert_eq!(left.len(), right.len());
    // A NaN agrees with nothing.
    for (index, (l, r)) in left.iter().zip(right).enumerate() {
        let allowed = FLOOR + TOLERANCE * l.abs().max(r.abs());
        let agree = (l - r).abs() <= allowed;
        if !agree {
            return Err(format!("[{index}]: {l:e} and {r:e}"));
        }
    }
    Ok(())
}

/// The differences of `f` by its parameters and its input, or `None` if a bend of a ReLU or a tie
/// of a maximum is within reach: then the differences over one step and over two disagree.
///
/// Only `f` is looked at, never the gradients under test.
pub fn differences(
    params: &mut [f32],
    input: &mut [f64],
    f: impl Fn(&[f32], &[f64]) -> f64,
) -> Option<(Vec<f64>, Vec<f64>)> {
    let by_params = |params: &mut [f32], step| central_params(params, step, |p| f(p, input));
    let once = by_params(params, STEP);
    compare(&once, &by_params(params, 2.0 * STEP)).ok()?;
    let by_input = |input: &mut [f64], step| central(input, step, |x| f(params, x));
    let once_input = by_input(input, STEP.into());
    compare(&once_input, &by_input(input, 2.0 * f64::from(STEP))).ok()?;
    Some((once, once_input))
}

/// The output of `L` in double precision.
pub fn output<L: Linked>(params: &[f32], input: &[f64]) -> Vec<f64> {
    let mut output = vec![f64::NAN; L::NEEDS.output];
    let scratch = &mut vec![f64::NAN; L::NEEDS.infer.apart];
    let given = Given(Direct, input);
    L::NEW.infer_linked(params, &given, scratch, &mut Apart(&mut output));
    output
}

/// The gradients of `sum of output * weights` by the parameters and the input, as `L` computes
/// them.
///
/// They are added to buffers that are not zero, and taken out of them again.
pub fn gradients<L: Linked>(
    params: &[f32],
    input: &[f64],
    weights: &[f64],
) -> (Vec<f64>, Vec<f64>) {
    let (start_params, start_input) = (0.5, -2.0);
    let mut output = vec![f64::NAN; L::NEEDS.output];
    let (mut maps, mut choices) = (vec![f64::NAN; L::NEEDS.tape], vec![0; L::NEEDS.choices]);
    let tape = Tape { maps: &mut maps, choices: &mut choices, key: None };
    L::NEW.forward_linked(None, params, Direct, input, tape, &mut output);
    let mut d_params = vec![start_params; L::NEEDS.params];
    let mut d_input = vec![start_input; L::NEEDS.input];
    let mut d_output = weights.to_vec();
    L::NEW.backward_linked(
        None,
        Accumulate { parameters: params, gradients: &mut d_params },
        Saved { source: Direct, input, maps: &maps, choices: &choices, output: &output },
        &mut Apart(&mut d_output),
        &mut vec![f64::NAN; L::NEEDS.backward.apart],
        &mut Apart(&mut d_input),
    );
    let without = |sums: Vec<f64>, start: f64| sums.into_iter().map(|sum| sum - start).collect();
    (without(d_params, start_params), without(d_input, start_input))
}

/// Requires the gradients of `L` to be the central differences of `sum of output * weights`.
#[track_caller]
pub fn check_at<L: Linked>(params: &mut [f32], input: &mut [f64]) -> Result<(), String> {
    let weights: Vec<f64> = values(2, L::NEEDS.output).into_iter().map(f64::from).collect();
    let value = |params: &[f32], input: &[f64]| {
        output::<L>(params, input).iter().zip(&weights).map(|(y, w)| y * w).sum()
    };
    let Some((by_params, by_input)) = differences(params, input, value) else {
        return Err("a bend within reach".into());
    };
    let (d_params, d_input) = gradients::<L>(params, input, &weights);
    compare(&d_params, &by_params).unwrap_or_else(|e| panic!("d_params{e}"));
    compare(&d_input, &by_input).unwrap_or_else(|e| panic!("d_input{e}"));
    Ok(())
}

/// [`check_at`] random parameters and a random input, the first of a few that keep clear of bends.
#[track_caller]
pub fn check<L: Linked>() {
    let clear = (0..8).any(|attempt| {
        let mut params = values(16 + 2 * attempt, L::NEEDS.params);
        let input = values(17 + 2 * attempt, L::NEEDS.input);
        check_at::<L>(&mut params, &mut input.into_iter().map(f64::from).collect::<Vec<_>>())
            .is_ok()
    });
    assert!(clear, "no input keeps clear of the bends");
}

/// [`check_at`] separated inputs, for layers without parameters that bend between their inputs.
#[track_caller]
pub fn check_separated<L: Linked>() {
    let input = separated(0, L::NEEDS.input);
    let mut input: Vec<f64> = input.into_iter().map(f64::from).collect();
    check_at::<L>(&mut [], &mut input).unwrap();
}
