//! The rectified linear unit.

use crate::{Activation, Element, Fixed};

/// `y = x` where `x > 0`, else 0. The gradient passes where `y > 0`.
///
/// Source: V. Nair and G. Hinton, "Rectified linear units improve restricted Boltzmann machines",
/// ICML 2010.
///
/// ```
/// use tinyconv::{Activation, Relu};
///
/// assert_eq!([-1.0f32, 0.0, 2.0].map(|x| Relu.forward(x)), [0.0, 0.0, 2.0]);
/// assert_eq!([0.0f32, 2.0].map(|y| Relu.backward(y, 5.0)), [0.0, 5.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relu;

impl Fixed for Relu {
    const NEW: Self = Self;
}

impl Activation for Relu {
    const CLAMPS_AT_ZERO: bool = true;

    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        x.where_positive(x, E::ZERO)
    }
    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        y.where_positive(d_y, E::ZERO)
    }
}
