//! Randomness that depends on *what* is drawn, never on when or on which thread.
//!
//! Initialisation, shuffling, dropout and augmentation must come out the same on one thread, on
//! eight, in lanes and on a board. A generator with a state cannot promise that; a counter-based one
//! can: every draw is a pure function of a key (the seed) and a counter (what the draw is for).
//! The function is Philox4x32-10 (J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
//! SC 2011), four 32-bit words per counter.

use crate::math;

/// What random numbers are drawn for; keeps the streams of one seed apart.
///
/// ```
/// use tinyconv::{Purpose, Random};
///
/// // The same seed, step, sample and index, for two purposes.
/// let [shuffle, dropout] = [Purpose::Shuffle, Purpose::Dropout].map(|of| Random::new(1, of));
/// assert_ne!(shuffle.words(0, 0, 0), dropout.words(0, 0, 0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u32)]
pub enum Purpose {
    /// First values of parameters.
    Initialise = 1,
    /// The order in which an epoch visits the samples.
    Shuffle = 2,
    /// Shifts, rotations and scales of training images, and the noise in them.
    Augment = 3,
    /// Which activations a dropout layer keeps.
    Dropout = 4,
    /// Data made for tests and benchmarks.
    Synthesise = 5,
    /// Which samples a replay buffer keeps and repeats.
    Replay = 6,
    /// Which training samples are kept apart to validate with.
    Validate = 7,
}

/// A source of random numbers for one seed and one purpose.
///
/// It has no state: the same `(step, sample, index)` always gives the same words.
///
/// ```
/// use tinyconv::{Purpose, Random};
///
/// let random = Random::new(1, Purpose::Augment);
/// assert_eq!(random.words(7, 0, 3), random.words(7, 0, 3));
/// assert_ne!(random.words(7, 0, 3), random.words(7, 1, 3));
/// assert_ne!(random.words(7, 0, 3), Random::new(2, Purpose::Augment).words(7, 0, 3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Random {
    seed: u64,
    purpose: Purpose,
}

impl Random {
    /// A source for `seed` and `purpose`.
    ///
    /// ```
    /// use tinyconv::{Purpose, Random};
    ///
    /// /// No state: it can be a constant.
    /// const RANDOM: Random = Random::new(42, Purpose::Replay);
    /// assert_eq!(RANDOM, Random::new(42, Purpose::Replay));
    /// ```
    #[must_use]
    pub const fn new(seed: u64, purpose: Purpose) -> Self {
        Self { seed, purpose }
    }

    /// Four independent, uniformly distributed 32-bit words.
    ///
    /// ```
    /// use tinyconv::{Purpose, Random};
    ///
    /// let random = Random::new(1, Purpose::Synthesise);
    /// assert_eq!(random.words(0, 0, 5), random.words(0, 0, 5));
    /// assert_ne!(random.words(0, 0, 5), random.words(1, 0, 5));
    /// ```
    #[must_use]
    pub const fn words(&self, step: u32, sample: u32, index: u32) -> [u32; 4] {
        philox(
            [index, sample, step, self.purpose as u32],
            [self.seed as u32, (self.seed >> 32) as u32],
        )
    }

    /// Four independent numbers, uniform in `0.0..1.0` (multiples of 2^-24).
    ///
    /// ```
    /// use tinyconv::{Purpose, Random};
    ///
    /// let random = Random::new(1, Purpose::Synthesise);
    /// let mean = (0..1000).map(|i| random.uniforms(0, 0, i)[0]).sum::<f32>() / 1000.0;
    /// assert!((mean - 0.5).abs() < 0.05);
    /// ```
    #[must_use]
    pub fn uniforms(&self, step: u32, sample: u32, index: u32) -> [f32; 4] {
        self.words(step, sample, index).map(unit)
    }

    /// Two independent numbers from the standard normal distribution (Box and Muller's method).
    ///
    /// ```
    /// use tinyconv::{Purpose, Random};
    ///
    /// let random = Random::new(1, Purpose::Synthesise);
    /// let variance = (0..1000).map(|i| random.normals(0, 0, i)[1].powi(2)).sum::<f32>() / 1000.0;
    /// assert!((variance - 1.0).abs() < 0.25);
    /// ```
    #[must_use]
    pub fn normals(&self, step: u32, sample: u32, index: u32) -> [f32; 2] {
        let [a, b, ..] = self.uniforms(step, sample, index);
        // 1 - a is in (0, 1], so its logarithm is finite.
        let radius = math::sqrt(-2.0 * math::ln(1.0 - a));
        let (sin, cos) = math::sin_cos(2.0 * core::f32::consts::PI * b);
        [radius * cos, radius * sin]
    }

    /// A number in `0..bound` (multiply and shift; the bias is below `bound / 2^32`).
    ///
    /// A bound of 0 gives 0.
    ///
    /// ```
    /// use tinyconv::{Purpose, Random};
    ///
    /// let random = Random::new(1, Purpose::Replay);
    /// assert!((0..100).all(|i| random.below(6, 0, 0, i) < 6));
    /// assert!((0..100).any(|i| random.below(6, 0, 0, i) == 5));
    /// ```
    #[must_use]
    pub const fn below(&self, bound: u32, step: u32, sample: u32, index: u32) -> u32 {
        let [word, ..] = self.words(step, sample, index);
        ((word as u64 * bound as u64) >> 32) as u32
    }

    /// Puts `items` into a random order (Fisher and Yates), which `step` selects.
    ///
    /// ```
    /// use tinyconv::{Purpose, Random};
    ///
    /// let mut order = [0, 1, 2, 3, 4];
    /// Random::new(1, Purpose::Shuffle).shuffle(0, &mut order);
    /// assert_ne!(order, [0, 1, 2, 3, 4]);
    /// order.sort_unstable();
    /// assert_eq!(order, [0, 1, 2, 3, 4]);
    /// ```
    pub fn shuffle<T>(&self, step: u32, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u32 + 1, step, 0, last as u32) as usize;
            items.swap(last, other);
        }
    }
}

/// The upper 24 bits as a number in `0.0..1.0`; every value is exact.
fn unit(word: u32) -> f32 {
    (word >> 8) as f32 * (1.0 / 16_777_216.0)
}

const fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    let mut round = 0;
    while round < 10 {
        let a = counter[0] as u64 * 0xD251_1F53;
        let b = counter[2] as u64 * 0xCD9E_8D57;
        counter = [
            (b >> 32) as u32 ^ counter[1] ^ key[0],
            b as u32,
            (a >> 32) as u32 ^ counter[3] ^ key[1],
            a as u32,
        ];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
        round += 1;
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known-answer vectors that the authors publish with Random123 (file `kat_vectors`).
    #[test]
    fn philox_matches_the_published_vectors() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn uniforms_and_normals_have_the_moments_they_should() {
        let random = Random::new(3, Purpose::Synthesise);
        let (mut mean, mut normal_mean, mut normal_square) = (0.0f64, 0.0f64, 0.0f64);
        let draws = 20_000;
        for i in 0..draws {
            mean += f64::from(random.uniforms(0, 0, i)[0]);
            let normal = f64::from(random.normals(0, 1, i)[1]);
            normal_mean += normal;
            normal_square += normal * normal;
        }
        let draws = f64::from(draws);
        // Five standard errors: 5 * sqrt(1/12 / n), 5 / sqrt(n), 5 * sqrt(2 / n).
        assert!((mean / draws - 0.5).abs() < 0.0103);
        assert!((normal_mean / draws).abs() < 0.0354);
        assert!((normal_square / draws - 1.0).abs() < 0.05);
    }

    #[test]
    fn below_reaches_every_value_and_no_other() {
        let random = Random::new(9, Purpose::Synthesise);
        let mut seen = [0u32; 6];
        for i in 0..600 {
            seen[random.below(6, 0, 0, i) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| count > 50), "{seen:?}");
        assert_eq!(random.below(0, 0, 0, 0), 0);
    }
}
