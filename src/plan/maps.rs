//! The maps that a forward pass computes, with the layers that each of them comes of: some layers are
//! computed together, and the maps between those are never there.

use crate::block::PlanBlocks;
use crate::{Dims, LayerSpec};

/// A map that a forward pass computes.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, MapSpec, Plan};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
/// let plan = Plan::new(Dims::Vector(3), &layers).expect("the layers fit");
/// let map = MapSpec { layers: &layers, shape: Dims::Vector(2) }; // the activation works in place
/// assert_eq!(plan.maps().next(), Some(map));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapSpec<'a> {
    /// The layers that are computed together, one or more; the map is the last one's.
    pub layers: &'a [LayerSpec<'a>],
    /// Its shape.
    pub shape: Dims,
}

/// The maps of a network in the order in which a forward pass computes them;
/// [`Plan::maps`](super::Plan::maps) makes it.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Maps, Plan};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 4 });
/// let layers = [dense, LayerKind::Softmax].map(|kind| LayerSpec { name: "", kind });
/// let plan = Plan::new(Dims::Vector(3), &layers).expect("the layers fit");
/// let maps: Maps<'_> = plan.maps();
/// assert!(maps.map(|map| map.shape.len()).eq([4, 4]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Maps<'a>(pub(crate) PlanBlocks<'a>);

impl<'a> Iterator for Maps<'a> {
    type Item = MapSpec<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.0.next()?;
        Some(MapSpec { layers: block.layers, shape: block.output })
    }
}
