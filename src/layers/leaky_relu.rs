//! The rectified linear unit that lets something through below zero.

use crate::kernels::Geometry;
use crate::kernels::geometry::of_place;
use crate::plan::{LayerKind, LeakyReluOptions};
use crate::{Activation, Element, Fixed, Place};

/// `y = x` where `x > 0`, else `slope * x`; the slope is above zero.
///
/// Source: A. Maas, A. Hannun, A. Ng, "Rectifier nonlinearities improve neural network acoustic
/// models", ICML 2013.
///
/// ```
/// use tinyconv::plan::LeakyReluOptions;
/// use tinyconv::{Activation, LeakyRelu};
///
/// let quarter = LeakyRelu(LeakyReluOptions { slope: 0.25 });
/// assert_eq!([-4.0f32, 2.0].map(|x| quarter.forward(x)), [-1.0, 2.0]);
/// assert_eq!([-1.0f32, 2.0].map(|y| quarter.backward(y, 8.0)), [2.0, 8.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LeakyRelu<G>(
    /// A type for its place in a network, or its options.
    pub G,
);

impl<P: Place> Fixed for LeakyRelu<P> {
    const NEW: Self = Self(P::NEW);
}

impl<G: Geometry<LeakyReluOptions>> Activation for LeakyRelu<G> {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        x.where_positive(x, x * E::splat(self.0.get().slope))
    }
    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        y.where_positive(d_y, d_y * E::splat(self.0.get().slope))
    }
}

of_place! {
    LeakyReluOptions: place => if let LayerKind::LeakyRelu(options) = place.spec.kind {
        options
    } else {
        LeakyReluOptions::NEW
    };
}
