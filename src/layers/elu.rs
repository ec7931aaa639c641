//! The exponential linear unit.

use crate::kernels::Geometry;
use crate::kernels::geometry::of_place;
use crate::plan::{EluOptions, LayerKind};
use crate::{Activation, Element, Fixed, Place};

/// `y = x` where `x > 0`, else `alpha * (exp(x) - 1)`; alpha is above zero.
///
/// Source: D. Clevert, T. Unterthiner, S. Hochreiter, "Fast and accurate deep network learning by exponential linear
/// units (ELUs)", ICLR 2016.
///
/// ```
/// use tinyconv::Activation;
/// use tinyconv::layers::Elu;
/// use tinyconv::plan::EluOptions;
///
/// let elu = Elu(EluOptions { alpha: 2.0 });
/// assert_eq!([-100.0f32, 0.0, 3.0].map(|x| elu.forward(x)), [-2.0, 0.0, 3.0]);
/// assert_eq!([-2.0f32, -0.5, 3.0].map(|y| elu.backward(y, 10.0)), [0.0, 15.0, 10.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Elu<G>(
    /// A type for its place in a network, or its options.
    pub G,
);

impl<P: Place> Fixed for Elu<P> {
    const NEW: Self = Self(P::NEW);
}

impl<G: Geometry<EluOptions>> Activation for Elu<G> {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        let below = E::splat(self.0.get().alpha) * (x.exp() - E::splat(1.0));
        x.where_positive(x, below)
    }
    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        y.where_positive(d_y, d_y * (y + E::splat(self.0.get().alpha)))
    }
}

of_place! {
    EluOptions: place => if let LayerKind::Elu(options) = place.spec.kind {
        options
    } else {
        EluOptions::NEW
    };
}
