//! The logistic function.

use crate::{Activation, Element, Fixed};

/// `y = 1 / (1 + exp(-x))`, `dy/dx = y * (1 - y)`.
///
/// Source: D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors",
/// Nature 323 (1986).
///
/// ```
/// use tinyconv::{Activation, Sigmoid};
///
/// assert_eq!(Sigmoid.forward(0.0f32), 0.5);
/// assert!((Sigmoid.forward(2.0f32) - 0.8808).abs() < 1e-3);
/// assert_eq!(Sigmoid.backward(0.75f32, 1.0), 0.1875);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sigmoid;

impl Fixed for Sigmoid {
    const NEW: Self = Self;
}

impl Activation for Sigmoid {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        let one = E::splat(1.0);
        one / (one + (-x).exp())
    }
    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        d_y * (y * (E::splat(1.0) - y))
    }
}
