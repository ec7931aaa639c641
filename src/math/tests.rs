//! How far the functions are from the true ones, measured over ranges: the figures in the module's
//! documentation are these bounds.

use super::*;

/// The largest error over 400 000 arguments from `low` to `high`, evenly spaced or in proportion.
fn largest_error([low, high]: [f64; 2], in_proportion: bool, error: impl Fn(f32) -> f64) -> f64 {
    const STEPS: u32 = 400_000;
    let mut largest = 0.0f64;
    for step in 0..=STEPS {
        let share = f64::from(step) / f64::from(STEPS);
        let x = if in_proportion {
            low * libm::pow(high / low, share)
        } else {
            low + (high - low) * share
        };
        let error = error(x as f32);
        assert!(error.is_finite(), "at {x:e}");
        largest = largest.max(error);
    }
    largest
}

/// The error in units of the true value.
fn relative(ours: fn(f32) -> f32, truth: fn(f64) -> f64) -> impl Fn(f32) -> f64 {
    move |x| (f64::from(ours(x)) / truth(x.into()) - 1.0).abs()
}

fn absolute(ours: fn(f32) -> f32, truth: fn(f64) -> f64) -> impl Fn(f32) -> f64 {
    move |x| (f64::from(ours(x)) - truth(x.into())).abs()
}

/// Requires an error of at most `bound`, and that the bound says something: the error is at least
/// half of it.
#[cfg(feature = "micromath")]
#[track_caller]
fn assert_bound(error: f64, bound: f64) {
    assert!(error <= bound, "{error:e} is more than {bound:e}");
    assert!(error >= bound / 2.0, "{error:e}: the bound of {bound:e} can be tighter");
}

const ANGLES: [f64; 2] = [0.0, core::f64::consts::TAU];

#[cfg(feature = "micromath")]
#[test]
fn approximations_keep_to_the_documented_errors() {
    assert_bound(largest_error([-87.3, 88.5], false, relative(exp, libm::exp)), 2.4e-3);
    assert_bound(largest_error([1e-38, 1e38], true, absolute(ln, libm::log)), 7e-5);
    assert_bound(largest_error([0.1, 10.0], false, absolute(ln, libm::log)), 7e-5);
    assert_bound(largest_error([-12.0, 12.0], false, absolute(tanh, libm::tanh)), 1.1e-3);
    assert_bound(largest_error([1e-38, 1e38], true, relative(sqrt, libm::sqrt)), 1.8e-3);
    assert_bound(largest_error(ANGLES, false, absolute(|x| sin_cos(x).0, libm::sin)), 1.1e-3);
    assert_bound(largest_error(ANGLES, false, absolute(|x| sin_cos(x).1, libm::cos)), 1.1e-3);
}

#[cfg(not(feature = "micromath"))]
#[test]
fn libm_is_within_two_units_in_the_last_place() {
    // A unit in the last place is 2^-24 to 2^-23 of the value.
    let bound = 2.0 / f64::from(1 << 23);
    let within = |error: f64| assert!(error > 0.0 && error <= bound, "{error:e}");
    within(largest_error([-87.3, 88.5], false, relative(exp, libm::exp)));
    within(largest_error([1.5, 1e38], true, relative(ln, libm::log)));
    within(largest_error([1e-38, 0.5], true, relative(ln, libm::log)));
    within(largest_error([1e-6, 12.0], true, relative(tanh, libm::tanh)));
    within(largest_error([1e-38, 1e38], true, relative(sqrt, libm::sqrt)));
    within(largest_error(ANGLES, false, absolute(|x| sin_cos(x).0, libm::sin)));
    within(largest_error(ANGLES, false, absolute(|x| sin_cos(x).1, libm::cos)));
}

/// What the layers rely on at the ends, whichever functions are compiled.
#[test]
fn ends() {
    assert_eq!([exp(0.0), exp(-200.0), exp(f32::NEG_INFINITY)], [1.0, 0.0, 0.0]);
    assert_eq!([exp(89.0), exp(200.0), exp(f32::INFINITY)], [f32::INFINITY; 3]);
    assert_eq!([ln(1.0), ln(0.0), ln(f32::INFINITY)], [0.0, f32::NEG_INFINITY, f32::INFINITY]);
    assert_eq!([tanh(0.0), tanh(20.0), tanh(-20.0)], [0.0, 1.0, -1.0]);
    assert_eq!([tanh(f32::INFINITY), tanh(f32::NEG_INFINITY)], [1.0, -1.0]);
    assert_eq!([sqrt(0.0), sqrt(-0.0), sqrt(f32::INFINITY)], [0.0, 0.0, f32::INFINITY]);
    for none in [exp(f32::NAN), ln(f32::NAN), ln(-1.0), tanh(f32::NAN), sqrt(f32::NAN), sqrt(-1.0)]
    {
        assert!(none.is_nan(), "{none}");
    }
}
