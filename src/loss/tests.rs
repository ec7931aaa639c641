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
        let (labels, scales) = ([stream as u8 % 5, (stream as u8 + 2) % 5], [0.125, 0.0]);
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
