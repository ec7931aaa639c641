//! The processor's own arithmetic is the oracle.

use super::*;

/// Triples per kind, for each of the two ways to multiply.
const TRIPLES: usize = 4_000_000;

const SPECIAL: [u32; 26] = [
    0x0000_0000, // 0
    0x0000_0001, // the smallest subnormal number
    0x0000_0003,
    0x0040_0000,
    0x007f_ffff, // the largest subnormal number
    0x0080_0000, // the smallest normal number
    0x0080_0001,
    0x1f7f_ffff, // the largest with exponent 62
    0x1fff_ffff, // the largest that is not "usual"
    0x2000_0000, // the smallest that is
    0x2000_0001,
    0x3300_0000, // 2^-25
    0x3380_0000, // 2^-24
    0x3380_0001,
    0x3f00_0000, // 1/2
    0x3f7f_ffff,
    0x3f80_0000, // 1
    0x3f80_0001,
    0x4b7f_ffff, // 2^24 - 1
    0x4b80_0000, // 2^24
    0x5fff_ffff, // the largest that is "usual"
    0x6000_0000, // the smallest that is not any more
    0x7f00_0000, // 2^127
    0x7f7f_ffff, // the largest number
    0x7f80_0000, // infinity
    0x7fc0_0000, // NaN
];

/// Xorshift, by G. Marsaglia: fast, and the same on every run.
struct Bits(u64);

impl Bits {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as u32
    }

    fn below(&mut self, end: u32) -> u32 {
        ((u64::from(self.next()) * u64::from(end)) >> 32) as u32
    }

    /// Any sign, this exponent, any significand.
    fn with_exponent(&mut self, exponent: u32) -> f32 {
        f32::from_bits(self.next() & 0x807f_ffff | exponent.min(255) << 23)
    }

    /// The same with all but the first `ones` bits of the significand zero.
    fn short(&mut self, exponent: u32, ones: u32) -> f32 {
        f32::from_bits(self.with_exponent(exponent).to_bits() & !(0x007f_ffff >> ones))
    }
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    AnyBits,
    Near,
    Cancelling,
    Ties,
    Subnormal,
    Overflowing,
    EdgeOfUsual,
}

const KINDS: [Kind; 7] = [
    Kind::AnyBits,
    Kind::Near,
    Kind::Cancelling,
    Kind::Ties,
    Kind::Subnormal,
    Kind::Overflowing,
    Kind::EdgeOfUsual,
];

impl Kind {
    /// Sum and factors.
    fn triple(self, bits: &mut Bits) -> (f32, f32, f32) {
        match self {
            Self::AnyBits => {
                let [sum, a, b] = [bits.next(), bits.next(), bits.next()].map(f32::from_bits);
                (sum, a, b)
            }
            Self::Near => {
                let (e, f) = (97 + bits.below(61), 97 + bits.below(61));
                let (a, b) = (bits.with_exponent(e), bits.with_exponent(f));
                let exponent = (e + f - 127 + bits.below(61)).saturating_sub(30);
                (bits.with_exponent(exponent), a, b)
            }
            Self::Cancelling => {
                let (e, f) = (97 + bits.below(61), 97 + bits.below(61));
                let (a, b) = (bits.with_exponent(e), bits.with_exponent(f));
                let sum = (-(a * b)).to_bits().wrapping_add(bits.below(9)).wrapping_sub(4);
                (f32::from_bits(sum), a, b)
            }
            Self::Ties => {
                // The product of 13 and 12 bits has 24 or 25; that of 6 and 6 is exact and the sum
                // has to round.
                let ones = if bits.below(2) == 0 { (12, 11) } else { (5, 5) };
                let (a, b) = (bits.short(127, ones.0), bits.short(127, ones.1));
                let (exponent, length) = (97 + bits.below(61), bits.below(24));
                (bits.short(exponent, length), a, b)
            }
            Self::Subnormal => {
                let e = 1 + bits.below(126);
                let f = (127 - e + bits.below(61)).saturating_sub(30);
                let exponent = bits.below(31);
                (bits.with_exponent(exponent), bits.with_exponent(e), bits.with_exponent(f))
            }
            Self::Overflowing => {
                let e = 128 + bits.below(126);
                let f = 377 - e + bits.below(9);
                let exponent = 224 + bits.below(31);
                (bits.with_exponent(exponent), bits.with_exponent(e), bits.with_exponent(f))
            }
            Self::EdgeOfUsual => {
                let mut edge = || {
                    let exponent = [62, 189][bits.below(2) as usize] + bits.below(5);
                    bits.with_exponent(exponent)
                };
                (edge(), edge(), edge())
            }
        }
    }
}

/// The same bits, or both not a number.
fn same(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// The first triple of a kind for which `candidate` is not `sum + a * b`.
fn difference(
    kind: Kind,
    count: usize,
    candidate: impl Fn(f32, f32, f32) -> f32,
) -> Option<[u32; 3]> {
    let mut bits = Bits(0x9e37_79b9_7f4a_7c15 + kind as u64);
    (0..count).map(|_| kind.triple(&mut bits)).find_map(|(sum, a, b)| {
        (!same(candidate(sum, a, b), sum + a * b)).then(|| [sum, a, b].map(f32::to_bits))
    })
}

fn soft<const SMALL: bool>(sum: f32, a: f32, b: f32) -> f32 {
    let mut sums = [sum];
    row::<SMALL, f32>(&mut sums, &[a], b);
    sums[0]
}

#[test]
fn soft_special_values_give_the_bits_of_the_hardware() {
    let values = SPECIAL.iter().flat_map(|&bits| [bits, bits | SIGN]).map(f32::from_bits);
    for sum in values.clone() {
        for a in values.clone() {
            for b in values.clone() {
                let expected = sum + a * b;
                for result in
                    [multiply_add(sum, a, b), soft::<false>(sum, a, b), soft::<true>(sum, a, b)]
                {
                    assert!(
                        same(result, expected),
                        "{sum:e} + {a:e} * {b:e} is {expected:e}, not {result:e}"
                    );
                }
            }
        }
    }
}

#[test]
fn soft_random_values_give_the_bits_of_the_hardware() {
    for kind in KINDS {
        assert_eq!(difference(kind, TRIPLES, soft::<false>), None, "{kind:?}");
        assert_eq!(difference(kind, TRIPLES, soft::<true>), None, "{kind:?}, small");
        assert_eq!(difference(kind, TRIPLES / 4, multiply_add), None, "{kind:?}, alone");
    }
}

#[test]
fn soft_random_values_tell_other_roundings_apart() {
    // One rounding instead of two.
    let fused = |sum, a, b| libm::fmaf(a, b, sum);
    assert!(difference(Kind::Near, 1000, fused).is_some());
    assert!(difference(Kind::Cancelling, 1000, fused).is_some());
    // The product cut off after 24 bits: what is rounded up is lost.
    let cut = |sum: f32, a: f32, b: f32| {
        let exact = f64::from(a) * f64::from(b);
        let product = exact as f32;
        let away = f64::from(product.abs()) > exact.abs();
        sum + if away { f32::from_bits(product.to_bits() - 1) } else { product }
    };
    assert!(difference(Kind::Near, 1000, cut).is_some());
    // A tie of the product rounded up.
    let half_up = |sum: f32, a: f32, b: f32| {
        let exact = f64::from(a) * f64::from(b);
        sum + f64::from_bits(exact.to_bits() + 1) as f32
    };
    assert!(difference(Kind::Ties, 1000, half_up).is_some());
    // A tie of the sum rounded up.
    let half_up = |sum: f32, a: f32, b: f32| {
        let exact = f64::from(sum) + f64::from(a * b);
        f64::from_bits(exact.to_bits() + u64::from(exact != 0.0)) as f32
    };
    assert!(difference(Kind::Ties, 1000, half_up).is_some());
    // Subnormal results flushed to zero.
    let flushed = |sum: f32, a: f32, b: f32| {
        let result = sum + a * b;
        if result.is_subnormal() { 0.0 } else { result }
    };
    assert!(difference(Kind::Subnormal, 1000, flushed).is_some());
    // The largest number in the place of infinity.
    let saturated = |sum: f32, a: f32, b: f32| (sum + a * b).clamp(f32::MIN, f32::MAX);
    assert!(difference(Kind::Overflowing, 1000, saturated).is_some());
}

#[test]
fn soft_rows_take_every_value_by_the_factor() {
    fn check<const SMALL: bool, const VALUES: usize>(bits: &mut Bits) {
        let mut value = || match bits.below(4) {
            0 => f32::from_bits(SPECIAL[bits.below(26) as usize] | bits.next() & SIGN),
            _ => {
                let exponent = 110 + bits.below(30);
                bits.with_exponent(exponent)
            }
        };
        let (mut sums, values, factor) =
            ([0.0; 8].map(|_| value()), [0.0; VALUES].map(|_| value()), value());
        let before = sums;
        row::<SMALL, f32>(&mut sums, &values, factor);
        for (k, sum) in sums.into_iter().enumerate() {
            // The values may end before the sums do.
            let expected = values.get(k).map_or(before[k], |value| before[k] + value * factor);
            assert!(same(sum, expected), "{k}: {before:?}, {values:?}, {factor:e}");
        }
    }
    let mut bits = Bits(1);
    for _ in 0..100_000 {
        check::<false, 8>(&mut bits);
        check::<true, 8>(&mut bits);
        check::<false, 5>(&mut bits);
        check::<true, 3>(&mut bits);
    }
}
