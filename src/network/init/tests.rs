//! Limits and variances of first values, with bounds from the standard error.

use super::*;

const FAN_IN: usize = 150;
const FAN_OUT: usize = 400;
const COUNT: usize = 40_000;

/// Five standard errors: exceeded once in 1.7 million draws, if the distribution is right.
const ERRORS: f64 = 5.0;

/// What the approximations of `math` may add, relative to the deviation: twice their error of the
/// square root, and for normal numbers that of the radius and of the cosine.
const OF_MATH: f64 = if cfg!(feature = "micromath") { 0.008 } else { 1e-6 };

struct Drawn {
    weights: std::vec::Vec<f32>,
    mean: f64,
    variance: f64,
}

fn draw(init: Init, seed: u64) -> Drawn {
    let mut weights = std::vec![f32::NAN; COUNT];
    init.draw(&Init::random(seed), FAN_IN, FAN_OUT, 0, &mut weights);
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / COUNT as f64;
    Drawn {
        mean: mean(&mut weights.iter().map(|&w| f64::from(w))),
        variance: mean(&mut weights.iter().map(|&w| f64::from(w) * f64::from(w))),
        weights,
    }
}

/// `fourth` is the fourth moment in units of the squared variance: 9/5 of a uniform distribution,
/// 3 of a normal one. The standard error of the variance is `sqrt((fourth - 1) / n)` of it.
#[track_caller]
fn check_moments(drawn: &Drawn, variance: f64, fourth: f64) {
    let count = COUNT as f64;
    let mean_error = ERRORS * libm::sqrt(variance / count);
    assert!(drawn.mean.abs() <= mean_error + OF_MATH * libm::sqrt(variance), "{}", drawn.mean);
    let off = (drawn.variance / variance - 1.0).abs();
    let allowed = ERRORS * libm::sqrt((fourth - 1.0) / count) + OF_MATH;
    assert!(off <= allowed, "{} for {variance}", drawn.variance);
}

#[track_caller]
fn check_uniform(init: Init, fans: usize) {
    let drawn = draw(init, 1);
    let limit = libm::sqrt(6.0 / fans as f64);
    let largest = drawn.weights.iter().fold(0.0f64, |most, &w| most.max(f64::from(w).abs()));
    assert!(largest <= limit * (1.0 + OF_MATH), "{largest} beyond {limit}");
    // The largest of n is within limit / n of the limit in the mean; 20 of these are exceeded with
    // probability e^-20.
    assert!(largest >= limit * (1.0 - OF_MATH - 20.0 / COUNT as f64), "{largest} short of {limit}");
    check_moments(&drawn, limit * limit / 3.0, 1.8);
}

#[test]
fn uniform_distributions() {
    check_uniform(Init::GlorotUniform, FAN_IN + FAN_OUT);
    check_uniform(Init::HeUniform, FAN_IN);
}

#[test]
fn normal_distributions() {
    let check = |init, fans: usize| {
        let drawn = draw(init, 2);
        let variance = 2.0 / fans as f64;
        check_moments(&drawn, variance, 3.0);
        // One in 370 is beyond three deviations; no uniform distribution has any.
        let beyond = |w: &&f32| f64::from(**w).abs() > 3.0 * libm::sqrt(variance);
        let share = drawn.weights.iter().filter(beyond).count() as f64 / COUNT as f64;
        let standard_error = libm::sqrt(0.0027 / COUNT as f64);
        assert!((share - 0.0027).abs() < ERRORS * standard_error + 4.0 * 0.0089 * OF_MATH);
    };
    check(Init::GlorotNormal, FAN_IN + FAN_OUT);
    check(Init::HeNormal, FAN_IN);
}

/// The weights of two layers are different draws, and a network's do not depend on how it is cut.
#[test]
fn every_weight_of_a_network_has_its_own_number() {
    let random = Init::random(3);
    let (mut whole, mut first, mut second) = ([0.0; 10], [0.0; 6], [0.0; 4]);
    Init::HeUniform.draw(&random, 8, 8, 0, &mut whole);
    Init::HeUniform.draw(&random, 8, 8, 0, &mut first);
    Init::HeUniform.draw(&random, 8, 8, 6, &mut second);
    assert_eq!(whole[..6], first);
    assert_eq!(whole[6..], second);
    let mut other_seed = [0.0; 10];
    Init::HeUniform.draw(&Init::random(4), 8, 8, 0, &mut other_seed);
    assert!(whole.iter().zip(&other_seed).all(|(a, b)| a != b));
}

/// Through the layers: which fans they hand over, that biases are zero, and what a normalisation begins with.
#[test]
fn layers_hand_over_their_fans() {
    use crate::Network;

    crate::network! {
        Net: 3 x 8 x 9 { Conv2d { out: 20, kernel: (3, 2) }, BatchNorm, Dense { out: 7 } }
    }
    const CONV: usize = (18 + 1) * 20;
    const NORM: usize = CONV + 4 * 20;
    let mut params = std::vec![f32::NAN; Net::PARAMS];
    <Net as Network>::init(Init::GlorotUniform, 5, &mut params);
    let (before, dense) = params.split_at(NORM);
    let (conv, norm) = before.split_at(CONV);
    let mut expected = std::vec![f32::NAN; Net::PARAMS];
    let random = Init::random(5);
    Init::GlorotUniform.draw(&random, 3 * 6, 20 * 6, 0, &mut expected[..20 * 18]);
    Init::GlorotUniform.draw(&random, 960, 7, NORM, &mut expected[NORM..]);
    assert_eq!(conv[..20 * 18], expected[..20 * 18]);
    assert_eq!(conv[20 * 18..], [0.0; 20]);
    assert_eq!(norm[..20], [1.0; 20]);
    assert_eq!(norm[20..60], [0.0; 40]);
    assert_eq!(norm[60..], [1.0; 20]);
    assert_eq!(dense[..960 * 7], expected[NORM..][..960 * 7]);
    assert_eq!(dense[960 * 7..], [0.0; 7]);
}
