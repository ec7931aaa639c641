//! The activation that keeps its input between two bounds.

use crate::kernels::Geometry;
use crate::kernels::geometry::of_place;
use crate::plan::{ClipOptions, LayerKind};
use crate::{Activation, Element, Fixed, Place};

/// `y = low` where `x <= low`, `high` where `x >= high`, else `x`. The gradient passes between the two.
///
/// With 0 and 6 it is ReLU6, with -1 and 1 the hard tanh.
///
/// Source: A. Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010 (with 6); R. Collobert,
/// "Large scale machine learning", 2004 (hard tanh).
///
/// ```
/// use tinyconv::Activation;
/// use tinyconv::layers::Clip;
/// use tinyconv::plan::ClipOptions;
///
/// let relu6 = Clip(ClipOptions { low: 0.0, high: 6.0 });
/// assert_eq!([-1.0f32, 2.0, 7.0].map(|x| relu6.forward(x)), [0.0, 2.0, 6.0]);
/// assert_eq!([0.0f32, 2.0, 6.0].map(|y| relu6.backward(y, 5.0)), [0.0, 5.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Clip<G>(
    /// A type for its place in a network, or its options.
    pub G,
);

impl<P: Place> Fixed for Clip<P> {
    const NEW: Self = Self(P::NEW);
}

impl<G: Geometry<ClipOptions>> Activation for Clip<G> {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        let ClipOptions { low, high } = self.0.get();
        let (high, y) = (E::splat(high), x.larger_of(E::splat(low)));
        (high - y).where_positive(y, high)
    }
    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        let ClipOptions { low, high } = self.0.get();
        let below = (E::splat(high) - y).where_positive(d_y, E::ZERO);
        (y - E::splat(low)).where_positive(below, E::ZERO)
    }
}

of_place! {
    ClipOptions: place => if let LayerKind::Clip(options) = place.spec.kind {
        options
    } else {
        ClipOptions::NEW
    };
}
