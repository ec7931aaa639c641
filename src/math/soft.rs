//! `sum + a * b` in integers, for processors without a floating-point unit.
//!
//! Two roundings to nearest even, subnormals kept: the bits of the hardware and of the compiler's
//! own routines, which are two calls, each of which takes its arguments apart, looks for the rare
//! cases and puts the result together. Here
//! - a row of values has one factor, which is taken apart and looked at once for the whole row,
//! - a value of zero (most of an image, half of what a ReLU lets through) is passed over,
//! - the rounded product goes into the sum as it is, without being put together,
//! - one comparison per number tells the rare cases, because all numbers outside of 2^-63 to 2^65
//!   count as rare; they are left to the compiler's routines.
//!
//! Instructions per multiply-add of one inference of the network `digits`, all included:
//!
//! | processor | input | compiler's routines | this module |
//! |---|---|---|---|
//! | Cortex-M3 | digits (70 % of the values are zero) | 96.7 | 33.5 |
//! | Cortex-M3 | noise, no pixel is zero | 107.6 | 47.3 |
//! | Cortex-M0 | digits | 144.6 | 60.3 |
//! | Cortex-M0 | noise | 169.2 | 82.9 |

#[cfg(test)]
mod tests;

use core::hint::black_box;
use core::num::NonZeroU32;

use crate::Weight;

/// Whether the target computes f32 in software.
///
/// RISC-V with control registers may or may not have an FPU: there the compiler's routines or
/// instructions are used.
pub(crate) const IN_USE: bool = cfg!(all(
    target_os = "none",
    not(feature = "fma"),
    any(
        all(target_arch = "arm", not(target_abi = "eabihf")),
        all(target_arch = "riscv32", target_feature = "m", not(target_feature = "zicsr")),
    ),
));

/// Whether the processor neither multiplies 32 by 32 bits to 64 nor counts leading zeros: Armv6-M
/// and Armv8-M baseline. (They have no atomic additions either, which the compiler does tell.)
const IS_SMALL: bool = cfg!(all(target_arch = "arm", not(target_has_atomic = "32")));

const SIGN: u32 = 1 << 31;
const INFINITY: u32 = 0xff << 23;

/// `sum + a * b`
#[inline(never)]
pub(crate) fn multiply_add(sum: f32, a: f32, b: f32) -> f32 {
    let mut sums = [sum];
    row::<IS_SMALL, f32>(&mut sums, &[a], b);
    sums[0]
}

/// `sums[k] = sums[k] + values[k] * factor`, for as many as there are of both.
#[inline(never)]
pub(crate) fn multiply_add_row<P: Weight>(sums: &mut [f32], values: &[P], factor: f32) {
    row::<IS_SMALL, P>(sums, values, factor);
}

#[inline(always)]
fn row<const SMALL: bool, P: Weight>(sums: &mut [f32], values: &[P], factor: f32) {
    let bits = factor.to_bits();
    // A product of zero and a finite number changes nothing but perhaps a negative zero.
    if is_usual(bits) {
        let factor = Factor::new(bits);
        let add = |(sum, value): (&mut f32, &P)| {
            let value = value.value();
            let (s, x) = (sum.to_bits(), value.to_bits());
            if !factor.one.is_above(x) || s == SIGN {
                *sum = match usual::<SMALL>(s, x, factor) {
                    Some(bits) => f32::from_bits(bits),
                    None => plain(*sum, value, f32::from_bits(factor.bits)),
                };
            }
        };
        sums.iter_mut().zip(values).for_each(add);
    } else {
        let is_zero = HiddenOne::new().is_above(bits);
        for (sum, value) in sums.iter_mut().zip(values) {
            let value = value.value();
            let is_finite = value.to_bits() << 1 < INFINITY << 1;
            if !(is_zero && is_finite) || sum.to_bits() == SIGN {
                *sum = plain(*sum, value, factor);
            }
        }
    }
}

/// The rare cases, by the compiler's own routines.
#[cold]
#[inline(never)]
fn plain(sum: f32, a: f32, b: f32) -> f32 {
    sum + a * b
}

/// The bits of the sum, unless something is rare.
#[inline(always)]
fn usual<const SMALL: bool>(sum: u32, value: u32, factor: Factor) -> Option<u32> {
    if !is_usual(value) {
        return None;
    }
    let product = Product::new::<SMALL>(value, factor);
    if is_usual(sum) {
        product.added_to::<SMALL>(sum)
    } else if factor.one.is_above(sum) {
        product.to_bits()
    } else {
        None
    }
}

/// The biased exponent is 64 to 191: the number is neither zero nor subnormal, infinite or NaN, and
/// so far from all of these that a product of two is normal or overflows, and that a normal number
/// added to such a one gives zero or a normal number.
#[inline(always)]
fn is_usual(bits: u32) -> bool {
    (bits << 1).wrapping_add(1 << 30) >= 1 << 31
}

/// The biased exponent.
#[inline(always)]
fn exponent(bits: u32) -> i32 {
    (bits << 1 >> 24) as i32
}

/// The significand of a normal number, with the leading one in bit 31.
#[inline(always)]
fn significand(bits: u32) -> u32 {
    bits << 8 | 1 << 31
}

/// 1, but the compiler does not know: of `bits << 1 == 0` it makes a comparison of floats, a call.
#[derive(Clone, Copy)]
struct HiddenOne(u32);

impl HiddenOne {
    #[inline(always)]
    fn new() -> Self {
        Self(black_box(1))
    }

    /// The bits are those of a zero, of either sign.
    #[inline(always)]
    fn is_above(self, bits: u32) -> bool {
        bits << 1 < self.0
    }
}

/// What all products of a row have in common.
#[derive(Clone, Copy)]
struct Factor {
    /// The sign is that of the factor.
    bits: u32,
    exponent: i32,
    /// The leading one is bit 30.
    significand: u32,
    one: HiddenOne,
}

impl Factor {
    #[inline(always)]
    fn new(bits: u32) -> Self {
        Self {
            bits,
            exponent: exponent(bits),
            significand: significand(bits) >> 1,
            one: HiddenOne::new(),
        }
    }
}

/// A rounded product that has not been put together: ± `significand` * 2^(`exponent` - 150).
#[derive(Clone, Copy)]
struct Product {
    /// The sign is that of the product.
    bits: u32,
    /// 1 to 256.
    exponent: i32,
    /// 2^23 to 2^24, the latter if it was rounded up.
    significand: u32,
}

impl Product {
    #[inline(always)]
    fn new<const SMALL: bool>(value: u32, factor: Factor) -> Self {
        let (high, low) = product::<SMALL>(significand(value), factor.significand);
        // The leading one is bit 30 where the significands' product is 2 or more, else bit 29.
        let carry = high >> 30;
        let half_up = (high << (1 - carry)) + (1 << 6);
        let mut significand = half_up >> 7;
        // Exactly between two numbers: to the even one. A bit that the shift would have brought in
        // from `low` makes no difference but here, where `low` is looked at.
        if half_up & 0x7f == 0 && low == 0 {
            significand &= !1;
        }
        Self {
            bits: value ^ factor.bits,
            exponent: exponent(value) + factor.exponent - 127 + carry as i32,
            significand,
        }
    }

    /// The bits, unless it overflows.
    #[inline(always)]
    fn to_bits(self) -> Option<u32> {
        let bits = pack(self.exponent, self.significand);
        (bits < INFINITY).then_some(bits | self.bits & SIGN)
    }

    /// The bits of the sum with a usual number, unless it overflows.
    #[inline(always)]
    fn added_to<const SMALL: bool>(self, sum: u32) -> Option<u32> {
        // Six bits below the significand, of which the lowest says whether there is more.
        let (a, b) = (significand(sum) >> 2, self.significand << 6);
        let distance = exponent(sum) - self.exponent;
        let (mut result, larger_exponent, mut sign);
        if distance >= 0 {
            // So much smaller that it is not even a quarter of the last bit.
            if distance > 26 {
                return Some(sum);
            }
            let b = shifted(b, distance as u32);
            (larger_exponent, sign) = (exponent(sum), sum);
            if have_same_sign(sum, self.bits) {
                result = a + b;
            } else {
                result = a.wrapping_sub(b);
                if result > SIGN {
                    (result, sign) = (result.wrapping_neg(), self.bits);
                }
            }
        } else {
            if distance < -26 {
                return self.to_bits();
            }
            let a = shifted(a, distance.unsigned_abs());
            (larger_exponent, sign) = (self.exponent, self.bits);
            result = if have_same_sign(sum, self.bits) { b + a } else { b - a };
        }
        Some(NonZeroU32::new(result).map_or(0, |result| {
            let (exponent, result) = normal::<SMALL>(larger_exponent, result);
            let even = (result + 0x3f + (result >> 7 & 1)) >> 7;
            sign & SIGN | pack(exponent, even)
        }))
    }
}

#[inline(always)]
fn have_same_sign(a: u32, b: u32) -> bool {
    (a ^ b) & SIGN == 0
}

/// Shifts a significand whose leading one was to be bit 29 so that it is bit 30, and adapts the
/// exponent.
#[inline(always)]
fn normal<const SMALL: bool>(exponent: i32, significand: NonZeroU32) -> (i32, u32) {
    if SMALL {
        let (mut exponent, mut significand) = (exponent + 1, significand.get());
        while significand < 1 << 30 {
            significand <<= 1;
            exponent -= 1;
        }
        (exponent, significand)
    } else {
        let zeros = significand.leading_zeros();
        (exponent + 2 - zeros as i32, significand.get() << zeros >> 1)
    }
}

/// The bits of a normal number with a significand of 2^23 to 2^24; the latter raises the exponent.
#[inline(always)]
fn pack(exponent: i32, significand: u32) -> u32 {
    (((exponent - 1) as u32) << 23).wrapping_add(significand)
}

/// Shifts to the right by up to 26 bits; the lowest bit is also set if a one got lost, which can
/// only be if there are more bits to shift by than the six below the significand.
#[inline(always)]
fn shifted(significand: u32, distance: u32) -> u32 {
    if distance <= 6 {
        significand >> distance
    } else {
        significand >> distance | u32::from(significand << (32 - distance) != 0)
    }
}

/// The upper half of the product of two significands, whose leading ones are bit 31 and bit 30, and
/// a number that is zero if the lower half is.
#[inline(always)]
fn product<const SMALL: bool>(a: u32, b: u32) -> (u32, u32) {
    if SMALL {
        // The lowest 8 bits of `a` and 7 of `b` are zero.
        let (a_high, a_low, b_high, b_low) = (a >> 16, a >> 8 & 0xff, b >> 16, b >> 7 & 0x1ff);
        let lowest = a_low * b_low;
        let middle = a_high * b_low + 2 * a_low * b_high + (lowest >> 8);
        (a_high * b_high + (middle >> 9), middle << 23 | lowest & 0xff)
    } else {
        let product = u64::from(a) * u64::from(b);
        ((product >> 32) as u32, product as u32)
    }
}
