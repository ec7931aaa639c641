//! The hyperbolic tangent.

use crate::{Activation, Element, Fixed};

/// `y = tanh(x)`, `dy/dx = 1 - y^2`.
///
/// Source: Y. LeCun et al., "Efficient backprop", in Neural networks: tricks of the trade, 1998.
///
/// ```
/// use tinyconv::{Activation, Tanh};
///
/// assert_eq!(Tanh.forward(0.0f32), 0.0);
/// assert!((Tanh.forward(1.0f32) - 0.7616).abs() < 2e-3);
/// assert_eq!(Tanh.backward(0.5f32, 1.0), 0.75);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tanh;

impl Fixed for Tanh {
    const NEW: Self = Self;
}

impl Activation for Tanh {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        x.tanh()
    }
    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        d_y * (E::splat(1.0) - y * y)
    }
}
