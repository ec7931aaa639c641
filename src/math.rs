//! The transcendental functions, in one place, so that every target computes the same bits.
//!
//! A platform's own `expf` differs from the next one's in the last bits; `libm`, written in Rust,
//! is compiled for every target, the host included. With the feature `micromath` its short
//! approximations take their place, again on every target.

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
        F32Ext::exp(x)
    }
    pub(super) fn ln(x: f32) -> f32 {
        F32Ext::ln(x)
    }
    pub(super) fn tanh(x: f32) -> f32 {
        // tanh(x) = 1 - 2 / (exp(2x) + 1); beyond 9, the result is 1 in f32.
        if x > 9.0 {
            1.0
        } else if x < -9.0 {
            -1.0
        } else {
            1.0 - 2.0 / (F32Ext::exp(2.0 * x) + 1.0)
        }
    }
    pub(super) fn sqrt(x: f32) -> f32 {
        F32Ext::sqrt(x)
    }
    pub(super) fn sin_cos(x: f32) -> (f32, f32) {
        (F32Ext::sin(x), F32Ext::cos(x))
    }
}

/// e to the power of `x`.
#[must_use]
#[inline]
pub fn exp(x: f32) -> f32 {
    imp::exp(x)
}

/// The natural logarithm of `x`.
#[must_use]
#[inline]
pub fn ln(x: f32) -> f32 {
    imp::ln(x)
}

/// The hyperbolic tangent of `x`.
#[must_use]
#[inline]
pub fn tanh(x: f32) -> f32 {
    imp::tanh(x)
}

/// The square root of `x`.
#[must_use]
#[inline]
pub fn sqrt(x: f32) -> f32 {
    imp::sqrt(x)
}

/// Sine and cosine of `x` (radians).
#[must_use]
#[inline]
pub fn sin_cos(x: f32) -> (f32, f32) {
    imp::sin_cos(x)
}
