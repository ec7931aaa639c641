//! How far the parameters of a layer are from others.

use serde::Serialize;

/// What two blocks of parameters of one length differ in; sums in double precision.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Parameters of which any bit differs.
    pub changed: usize,
    /// `max |b - a|`
    pub largest: f64,
    /// `mean |b - a|`
    pub mean: f64,
    /// `|b - a| / |a|`, Euclidean norms; none if there is nothing in `a` to compare with.
    pub relative: Option<f64>,
    /// `a . b / (|a| |b|)`; none if either is zero.
    pub cosine: Option<f64>,
}

impl Change {
    /// From `a` to `b`, which are as long.
    pub fn between(a: &[f32], b: &[f32]) -> Self {
        let pairs = || a.iter().zip(b).map(|(&a, &b)| (f64::from(a), f64::from(b)));
        let differences = || pairs().map(|(a, b)| (b - a).abs());
        // What is no number is larger than any.
        let larger = |most: f64, it: f64| if it > most || it.is_nan() { it } else { most };
        let norm = |squares: f64| squares.sqrt();
        let norm_a = norm(pairs().map(|(a, _)| a * a).sum());
        let norm_b = norm(pairs().map(|(_, b)| b * b).sum());
        let distance = norm(differences().map(|d| d * d).sum());
        let product: f64 = pairs().map(|(a, b)| a * b).sum();
        Self {
            changed: a.iter().zip(b).filter(|(a, b)| a.to_bits() != b.to_bits()).count(),
            largest: differences().fold(0.0, larger),
            mean: differences().sum::<f64>() / a.len().max(1) as f64,
            relative: (norm_a != 0.0).then(|| distance / norm_a),
            cosine: (norm_a * norm_b != 0.0).then(|| product / (norm_a * norm_b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let change = Change::between(&[3.0, 4.0, 0.0], &[3.0, 0.0, -0.0]);
        assert_eq!((change.changed, change.largest, change.mean), (2, 4.0, 4.0 / 3.0));
        assert_eq!((change.relative, change.cosine), (Some(0.8), Some(0.6)));
        let same = Change::between(&[0.0], &[0.0]);
        assert_eq!((same.changed, same.relative, same.cosine), (0, None, None));
    }

    #[test]
    fn what_is_no_number_is_seen() {
        let change = Change::between(&[1.0, f32::NAN], &[5.0, 1.0]);
        assert!(change.largest.is_nan() && change.changed == 2);
        let same = Change::between(&[f32::NAN], &[f32::NAN]);
        assert_eq!(same.changed, 0);
    }
}
