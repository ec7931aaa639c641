//! The maps that a forward pass computes, with the layers that each of them comes of: some layers are
//! computed together, and the maps between those are never there.

use super::plan::Links;
use super::{Dims, LayerSpec};

/// A map that a forward pass computes.
///
/// ```
/// use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec, MapSpec, Plan};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
/// let plan = Plan::new(Dims::Vector(3), &layers)?;
/// let map = MapSpec { layers: &layers, shape: Dims::Vector(2) }; // the activation works in place
/// assert_eq!(plan.maps().next(), Some(map));
/// # Ok::<(), tinyconv::spec::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapSpec<'a> {
    /// The layers that are computed together, one or more; the map is the last one's.
    pub layers: &'a [LayerSpec<'a>],
    /// Its shape.
    pub shape: Dims,
}

/// The maps of a network in the order in which
/// [`Network::infer_maps`](crate::Network::infer_maps) has them; [`Plan::maps`](super::Plan::maps)
/// makes it.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::spec::{Maps, Plan};
///
/// tinyconv::network! {
///     Net: 1 x 8 x 8 {
///         Conv2d { out: 2, kernel: 3 }, Relu, MaxPool2d { size: 3, stride: 2 }, // two maps: windows overlap
///         Dense { out: 4 }, Softmax,
///     }
/// }
///
/// let maps: Maps<'_> = Plan::new(Net::INPUT, Net::LAYERS)?.maps();
/// let lengths = maps.map(|map| map.shape.len());
/// assert!(lengths.eq([2 * 6 * 6, 2 * 2 * 2, 4, 4]));
/// # Ok::<(), tinyconv::spec::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Maps<'a> {
    /// Computed in the same block as the one before.
    second: Option<MapSpec<'a>>,
    rest: Links<'a>,
}

impl<'a> Maps<'a> {
    pub(super) const fn new(rest: Links<'a>) -> Self {
        Self { second: None, rest }
    }
}

impl<'a> Iterator for Maps<'a> {
    type Item = MapSpec<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(second) = self.second.take() {
            return Some(second);
        }
        let (map, second, rest) = self.rest.next_maps()?;
        *self = Self { second, rest };
        Some(map)
    }
}
