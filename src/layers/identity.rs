//! The activation that changes nothing.

use crate::{Activation, Element, Fixed};

/// `y = x`.
///
/// ```
/// use tinyconv::{Activation, Identity};
///
/// assert_eq!(Identity.forward(-2.0f32), -2.0);
/// assert_eq!(Identity.backward(-2.0f32, 3.0), 3.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity;

impl Fixed for Identity {
    const NEW: Self = Self;
}

impl Activation for Identity {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        x
    }
    #[inline(always)]
    fn backward<E: Element>(self, _y: E, d_y: E) -> E {
        d_y
    }
}
