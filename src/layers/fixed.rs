//! Types that have a single value: networks as types are made of them.

use core::fmt::Debug;

use crate::plan::Placed;

/// A type whose only value says everything by its type.
///
/// ```
/// use tinyconv::{Fixed, Relu};
///
/// assert_eq!(size_of_val(&Relu::NEW), 0);
/// ```
pub trait Fixed: Copy + Debug + Send + Sync + 'static {
    /// The only value.
    const NEW: Self;
}

/// Where a layer stands in a network, as a type: [`network!`](macro@crate::network) writes one for each.
///
/// A layer's numbers follow from it, as constants.
///
/// ```
/// use tinyconv::layers::Dense;
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec, Placed, places};
/// use tinyconv::{Direct, Fixed, Layer, Operation, Place};
///
/// /// What `network!` writes for a network of one dense layer with two inputs and one output.
/// #[derive(Clone, Copy, Debug)]
/// struct Head;
///
/// impl Fixed for Head {
///     const NEW: Self = Self;
/// }
/// impl Place for Head {
///     const PLACE: Placed<'static> = {
///         const DENSE: LayerKind = LayerKind::Dense(DenseOptions { out: 1 });
///         places::<1>(Dims::Vector(2), &[LayerSpec { name: "", kind: DENSE }])[0]
///     };
/// }
///
/// let mut output = [0.0f32];
/// Dense::<Head>::NEW.infer(&[1.0, 2.0, 0.5], Direct, &[3.0, 4.0], &mut [], &mut output);
/// assert_eq!(output, [11.5]);
/// assert_eq!(Dense::<Head>::NEEDS.params, 3);
/// ```
pub trait Place: Fixed {
    /// The layer in its place.
    const PLACE: Placed<'static>;
}
