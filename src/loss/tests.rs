//! The loss in lanes gives the bits of single samples, ties and large logits included.

use super::*;
use crate::testing::{Pair, assert_bits, values};

#[test]
fn lanes_equal_single_samples() {
    for stream in 0..8 {
        let samples = [2 * stream, 2 * stream + 1].map(|stream| {
            let scale = if stream % 4 < 2 { 1.0 } else { 300.0 };
            let logits = values(stream, 5).into_iter().map(|x| x * scale);
            logits.collect::<std::vec::Vec<f32>>()
        });
        let (labels, scales) = ([stream as u16 % 5, (stream as u16 + 2) % 5], [0.125, 0.0]);
        let pairs = Pair::interleave([&samples[0], &samples[1]]);
        let mut d_pairs = [Pair::splat(f32::NAN); 5];
        let loss_pair = cross_entropy(&pairs, labels, &mut d_pairs);
        backward_cross_entropy(labels, Pair(scales), &mut d_pairs);
        let predicted = largest(&pairs);
        for lane in 0..2 {
            let logits = &samples[lane];
            let mut d = [f32::NAN; 5];
            let loss = cross_entropy(logits, labels[lane], &mut d);
            backward_cross_entropy(labels[lane], scales[lane], &mut d);
            assert!(loss.is_finite() && d.iter().all(|d| d.is_finite()));
            assert_bits("loss", &[loss], &[loss_pair.0[lane]]);
            assert_bits("d_logits", &d, &Pair::lane(&d_pairs, lane));
            assert_eq!(largest(logits), predicted[lane]);
        }
    }
}

#[test]
fn the_first_of_equal_logits_is_the_largest() {
    assert_eq!(largest(&[-0.0f32, 0.0, -1.0]), 0);
    assert_eq!(largest(&[f32::NAN, 1.0, f32::NAN]), 1);
    assert_eq!(largest(&[f32::NAN; 3]), 0);
    assert_eq!(largest(&[f32::NEG_INFINITY, -1e30, -1e30]), 1);
}

/// The loss of two samples side by side, and one by one, and its gradient.
fn assert_lanes(loss: &impl Loss) {
    for stream in 0..8 {
        let scale = if stream % 4 < 2 { 1.0 } else { 300.0 };
        let row = |stream| values(stream, 5).into_iter().map(|x| x * scale);
        let outputs: [std::vec::Vec<f32>; 2] =
            [row(4 * stream), row(4 * stream + 1)].map(Iterator::collect);
        let targets: [std::vec::Vec<f32>; 2] =
            [4 * stream + 2, 4 * stream + 3].map(|stream| values(stream, 5));
        let labels = [stream as u16 % 5, (stream as u16 + 2) % 5];
        let scales = [0.125, 0.0];
        let pairs = Pair::interleave([&outputs[0], &outputs[1]]);
        let target_pairs = Pair::interleave([&targets[0], &targets[1]]);
        for of_class in [true, false] {
            let target =
                if of_class { Target::Class(labels) } else { Target::Values(&target_pairs) };
            let mut d_pairs = [Pair::splat(f32::NAN); 5];
            let loss_pair = loss.forward(&pairs, target, &mut d_pairs);
            loss.backward(target, Pair(scales), &mut d_pairs);
            for lane in 0..2 {
                let target = if of_class {
                    Target::Class(labels[lane])
                } else {
                    Target::Values(&targets[lane])
                };
                let mut d = [f32::NAN; 5];
                let single = loss.forward(&outputs[lane], target, &mut d);
                loss.backward(target, scales[lane], &mut d);
                assert!(single.is_finite() && d.iter().all(|d| d.is_finite()));
                assert_bits("loss", &[single], &[loss_pair.0[lane]]);
                assert_bits("d_output", &d, &Pair::lane(&d_pairs, lane));
            }
        }
    }
}

#[test]
fn every_loss_in_lanes_equals_single_samples() {
    assert_lanes(&CrossEntropy::default());
    assert_lanes(&CrossEntropy { smoothing: 0.1 });
    assert_lanes(&BinaryCrossEntropy);
    assert_lanes(&MeanSquaredError);
}

/// Without smoothing, a class goes the way it always went.
#[test]
fn cross_entropy_of_a_class_has_the_bits_of_the_functions() {
    for stream in 0..8 {
        let logits = values(stream, 7);
        let (label, mut left, mut right) = (stream as u16 % 7, [f32::NAN; 7], [f32::NAN; 7]);
        let loss = CrossEntropy::default();
        let value = loss.forward(&logits, Target::Class(label), &mut left);
        assert_bits("loss", &[value], &[cross_entropy(&logits, label, &mut right)]);
        loss.backward(Target::Class(label), 0.25, &mut left);
        backward_cross_entropy(label, 0.25, &mut right);
        assert_bits("d_output", &left, &right);
    }
}

/// A target of one for a class and zero for the others is that class, also where the other logits
/// are far above or below.
#[test]
fn cross_entropy_of_one_and_zeros_has_the_bits_of_the_class() {
    for stream in 0..8 {
        let scale = if stream % 2 == 0 { 1.0 } else { 300.0 };
        let logits: std::vec::Vec<f32> = values(stream, 7).into_iter().map(|x| x * scale).collect();
        for label in 0..7 {
            let mut ones = [0.0; 7];
            ones[usize::from(label)] = 1.0;
            let (mut left, mut right) = ([f32::NAN; 7], [f32::NAN; 7]);
            let of = |target, kept: &mut [f32]| {
                let loss = CrossEntropy::default().forward(&logits, target, kept);
                CrossEntropy::default().backward(target, 0.25, kept);
                loss
            };
            let by_class = of(Target::Class(label), &mut left);
            assert_bits("loss", &[of(Target::Values(&ones), &mut right)], &[by_class]);
            assert_bits("d_output", &right, &left);
        }
    }
}

/// A target that is too short does not train in silence.
#[test]
fn a_missing_value_makes_the_loss_a_nan() {
    let target = Target::Values(&[0.5f32]);
    let kept = &mut [0.0; 2];
    assert!(CrossEntropy::default().forward(&[0.0, 1.0], target, kept).is_nan());
    assert!(BinaryCrossEntropy.forward(&[0.0, 1.0], target, kept).is_nan());
    assert!(MeanSquaredError.forward(&[0.0, 1.0], target, kept).is_nan());
}
