//! The transcendental functions, in one place, so that every target computes the same bits.
//!
//! A platform's own `expf` differs from the next one's in the last bits; `libm`, written in Rust,
//! is compiled for every target, the host included. With the feature `micromath` its short
//! approximations take their place, again on every target.
//!
//! | with `micromath` | arguments | largest error |
//! |---|---|---|
//! | `exp` | -87.3 to 88.5 (below: 0, above: infinity) | 2.4e-3 of the result |
//! | `ln` | 1e-38 and above | 7e-5 |
//! | `tanh` | all | 1.1e-3 |
//! | `sqrt` | 1e-38 and above | 1.8e-3 of the result |
//! | `sin_cos` | 0 to 2 pi | 1.1e-3 |
//!
//! These figures are measured by the tests. `libm` is within two units in the last place.

mod element;
mod rng;
pub(crate) mod soft;
#[cfg(test)]
mod tests;

pub use element::Element;
pub use rng::{Purpose, Random};

#[cfg(not(feature = "micromath"))]
mod imp {
    pub(super) fn exp(x: f32) -> f32 {
        libm::expf(x)
    }
    pub(super) fn ln(x: f32) -> f32 {
        libm::logf(x)
    }
    pub(super) fn tanh(x: f32) -> f32 {
        libm::tanhf(x)
    }
    pub(super) fn sqrt(x: f32) -> f32 {
        libm::sqrtf(x)
    }
    pub(super) fn sin_cos(x: f32) -> (f32, f32) {
        libm::sincosf(x)
    }
}

#[cfg(feature = "micromath")]
mod imp {
    use micromath::F32Ext;

    pub(super) fn exp(x: f32) -> f32 {
        // Near the ends micromath's exponent leaves its range; of a NaN it makes infinity.
        if x.is_nan() {
            x
        } else if x > 88.5 {
            f32::INFINITY
        } else if x < -87.3 {
            0.0
        } else {
            F32Ext::exp(x)
        }
    }
    pub(super) fn ln(x: f32) -> f32 {
        // Below 1, micromath's own way is off by 0.12, and below 0 its subtraction can overflow.
        if x < 0.0 {
            f32::NAN
        } else if x == 0.0 {
            f32::NEG_INFINITY
        } else if x < 1.0 {
            -F32Ext::ln(1.0 / x)
        } else if x == f32::INFINITY {
            x
        } else {
            F32Ext::ln(x)
        }
    }
    pub(super) fn tanh(x: f32) -> f32 {
        // tanh(x) = 1 - 2 / (exp(2x) + 1); beyond 9, the result is 1 in f32.
        if x > 9.0 {
            1.0
        } else if x < -9.0 {
            -1.0
        } else {
            1.0 - 2.0 / (exp(2.0 * x) + 1.0)
        }
    }
    pub(super) fn sqrt(x: f32) -> f32 {
        if x == 0.0 {
            return x;
        }
        // Always too large, by up to 6 %: one step of Heron's method makes that 0.2 %.
        let root = F32Ext::sqrt(x);
        0.5 * (root + x / root)
    }
    pub(super) fn sin_cos(x: f32) -> (f32, f32) {
        (F32Ext::sin(x), F32Ext::cos(x))
    }
}

/// Whether `x` is neither a NaN nor an infinity, by its bits: without an FPU, comparing floats is a
/// call.
///
/// ```
/// use tinyconv::math;
///
/// assert_eq!([1.0, f32::NAN, f32::NEG_INFINITY].map(math::is_finite), [true, false, false]);
/// ```
#[must_use]
#[inline(always)]
pub const fn is_finite(x: f32) -> bool {
    const EXPONENT: u32 = f32::INFINITY.to_bits();
    x.to_bits() & EXPONENT != EXPONENT
}

/// e to the power of `x`.
///
/// ```
/// use tinyconv::math;
///
/// assert!((math::exp(1.0) - 2.71828).abs() < 0.01);
/// assert_eq!(math::exp(-200.0), 0.0);
/// ```
#[must_use]
#[inline]
pub fn exp(x: f32) -> f32 {
    imp::exp(x)
}

/// The natural logarithm of `x`.
///
/// ```
/// use tinyconv::math;
///
/// assert!((math::ln(10.0) - 2.302585).abs() < 1e-3);
/// assert_eq!(math::ln(0.0), f32::NEG_INFINITY);
/// ```
#[must_use]
#[inline]
pub fn ln(x: f32) -> f32 {
    imp::ln(x)
}

/// The hyperbolic tangent of `x`.
///
/// ```
/// use tinyconv::math;
///
/// assert!((math::tanh(0.5) - 0.46212).abs() < 2e-3);
/// assert_eq!(math::tanh(-20.0), -1.0);
/// ```
#[must_use]
#[inline]
pub fn tanh(x: f32) -> f32 {
    imp::tanh(x)
}

/// The square root of `x`.
///
/// ```
/// use tinyconv::math;
///
/// assert!((math::sqrt(2.0) - 1.41421).abs() < 3e-3);
/// assert_eq!(math::sqrt(0.0), 0.0);
/// ```
#[must_use]
#[inline]
pub fn sqrt(x: f32) -> f32 {
    imp::sqrt(x)
}

/// Sine and cosine of `x` (radians).
///
/// ```
/// use tinyconv::math;
///
/// let (sin, cos) = math::sin_cos(core::f32::consts::FRAC_PI_3);
/// assert!((sin - 0.86603).abs() < 2e-3 && (cos - 0.5).abs() < 2e-3);
/// ```
#[must_use]
#[inline]
pub fn sin_cos(x: f32) -> (f32, f32) {
    imp::sin_cos(x)
}
