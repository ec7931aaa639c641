//! The memory of a network that is a value: what the types of [`layers`](crate::layers) and
//! [`tuning`](crate::tuning) say in constants, for a tool that reads its networks from files.

mod link;
#[cfg(test)]
mod tests;

use super::{Dims, LayerSpec, Maps, Needs, ShapeError, output_of};
use crate::layer::larger;
use crate::tuning::MOST_LAST;
use link::Demand;
pub(super) use link::Links;

/// A list of layers that fit together, and what follows from it.
///
/// Numbers that a `usize` cannot hold are `usize::MAX`.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::spec::Plan;
/// use tinyconv::tuning::{Last, Part};
///
/// tinyconv::network! {
///     Net: 1 x 6 x 6 {
///         Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
///         Dense { out: 2 },
///     }
/// }
///
/// let plan = Plan::new(Net::INPUT, Net::LAYERS)?;
/// assert_eq!(plan.infer_scratch(), Net::INFER_SCRATCH);
/// assert_eq!(plan.all().scratch, Net::TRAIN_SCRATCH);
///
/// assert_eq!(plan.most_last(), 1);
/// assert_eq!(plan.last(1).map(|needs| needs.params), Some(<Last<1> as Part<Net>>::PARAMS));
/// assert_eq!(plan.last(2), None);
/// # Ok::<(), tinyconv::spec::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    input: Dims,
    output: Dims,
    layers: &'a [LayerSpec<'a>],
    links: usize,
}

impl<'a> Plan<'a> {
    /// The plan of `layers` for an input of shape `input`.
    ///
    /// # Errors
    /// If a layer cannot take its input, or cannot stand where it stands.
    ///
    /// ```
    /// use tinyconv::spec::{Dims, LayerKind, LayerSpec, Plan, ShapeError};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::GlobalAvgPool2d }];
    /// assert!(Plan::new(Dims::Map([4, 5, 5]), &layers).is_ok());
    /// assert_eq!(Plan::new(Dims::Vector(4), &layers).unwrap_err(), ShapeError::NotAMap);
    /// ```
    pub const fn new(input: Dims, layers: &'a [LayerSpec<'a>]) -> Result<Self, ShapeError> {
        let mut output = input;
        let mut index = 0;
        while index < layers.len() {
            match output_of(input, layers, index, output) {
                Ok(dims) => output = dims,
                Err(error) => return Err(error),
            }
            index += 1;
        }
        let mut rest = Links::new(input, layers);
        let mut links = 0;
        while let Some((_, after)) = rest.next() {
            links += 1;
            rest = after;
        }
        Ok(Self { input, output, layers, links })
    }

    /// The shape of the input.
    ///
    /// ```
    /// use tinyconv::Network;
    /// use tinyconv::spec::{Dims, Plan};
    ///
    /// tinyconv::network! { Net: 1 x 4 x 4 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
    ///
    /// let plan = Plan::new(Net::INPUT, Net::LAYERS)?;
    /// assert_eq!(plan.input(), Dims::Map([1, 4, 4]));
    /// # Ok::<(), tinyconv::spec::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn input(&self) -> Dims {
        self.input
    }

    /// The shape of the output.
    ///
    /// ```
    /// use tinyconv::Network;
    /// use tinyconv::spec::{Dims, Plan};
    ///
    /// tinyconv::network! { Net: 1 x 4 x 4 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
    ///
    /// let plan = Plan::new(Net::INPUT, Net::LAYERS)?;
    /// assert_eq!(plan.output(), Dims::Vector(2));
    /// # Ok::<(), tinyconv::spec::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn output(&self) -> Dims {
        self.output
    }

    /// The maps that a forward pass computes. What lies inside of a residual block is not among them.
    ///
    /// ```
    /// use tinyconv::Network;
    /// use tinyconv::spec::{Dims, Plan};
    ///
    /// tinyconv::network! {
    ///     Net: 1 x 6 x 6 {
    ///         Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
    ///         Dense { out: 2 },
    ///     }
    /// }
    ///
    /// let plan = Plan::new(Net::INPUT, Net::LAYERS)?;
    /// let maps = plan.maps().map(|map| (map.layers.len(), map.shape));
    /// assert!(maps.eq([(3, Dims::Map([4, 2, 2])), (1, Dims::Vector(2))]));
    /// # Ok::<(), tinyconv::spec::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn maps(&self) -> Maps<'a> {
        Maps::new(Links::new(self.input, self.layers))
    }

    /// [`Network::INFER_SCRATCH`](crate::Network::INFER_SCRATCH).
    ///
    /// ```
    /// use tinyconv::Network;
    /// use tinyconv::spec::Plan;
    ///
    /// tinyconv::network! { Net: 1 x 4 x 4 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
    ///
    /// let plan = Plan::new(Net::INPUT, Net::LAYERS)?;
    /// assert_eq!(plan.infer_scratch(), 3); // between the two dense layers
    /// # Ok::<(), tinyconv::spec::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn infer_scratch(&self) -> usize {
        self.split(0).1.infer_scratch
    }

    /// What [`All`](crate::tuning::All) takes.
    ///
    /// ```
    /// use tinyconv::Network;
    /// use tinyconv::spec::Plan;
    ///
    /// tinyconv::network! { Net: 1 x 4 x 4 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
    ///
    /// let plan = Plan::new(Net::INPUT, Net::LAYERS)?;
    /// assert_eq!(plan.all().params, (16 + 1) * 3 + (3 + 1) * 2);
    /// # Ok::<(), tinyconv::spec::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn all(&self) -> Needs {
        step(self.split(0).1)
    }

    /// The largest number of [`Last`](crate::tuning::Last); 0 if nothing can be frozen.
    ///
    /// ```
    /// use tinyconv::Network;
    /// use tinyconv::spec::Plan;
    ///
    /// tinyconv::network! { Net: 1 x 4 x 4 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
    ///
    /// let plan = Plan::new(Net::INPUT, Net::LAYERS)?;
    /// assert_eq!(plan.most_last(), 1); // of two layers, the first one is frozen
    /// # Ok::<(), tinyconv::spec::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn most_last(&self) -> usize {
        let most = self.links.saturating_sub(1);
        if most < MOST_LAST { most } else { MOST_LAST }
    }

    /// What [`Last<count>`](crate::tuning::Last) takes, if there is such a part.
    ///
    /// ```
    /// use tinyconv::Network;
    /// use tinyconv::spec::Plan;
    ///
    /// tinyconv::network! { Net: 1 x 4 x 4 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
    ///
    /// let plan = Plan::new(Net::INPUT, Net::LAYERS)?;
    /// assert_eq!(plan.last(1).map(|needs| needs.params), Some((3 + 1) * 2));
    /// assert_eq!(plan.last(2), None); // that is `all`
    /// # Ok::<(), tinyconv::spec::ShapeError>(())
    /// ```
    #[must_use]
    pub const fn last(&self, count: usize) -> Option<Needs> {
        if count == 0 || count > self.most_last() {
            return None;
        }
        let (frozen, trained) = self.split(self.links - count);
        let step = step(trained);
        let scratch = larger(frozen.infer_within, frozen.output.saturating_add(step.scratch));
        Some(Needs { scratch, ..step })
    }

    /// The first `frozen` links as one layer, and the others as another.
    const fn split(&self, frozen: usize) -> (Demand, Demand) {
        let mut parts = (Demand::NONE, Demand::NONE);
        let mut rest = Links::new(self.input, self.layers);
        let mut index = 0;
        while let Some((link, after)) = rest.next() {
            if index < frozen {
                parts.0 = parts.0.then(link);
            } else {
                parts.1 = parts.1.then(link);
            }
            index += 1;
            rest = after;
        }
        parts
    }
}

/// What a step or an inference of a layer takes, whichever is more.
const fn step(layer: Demand) -> Needs {
    let step = layer
        .tape
        .saturating_add(layer.output.saturating_mul(2))
        .saturating_add(layer.backward_scratch);
    let scratch = larger(step, layer.infer_scratch);
    Needs { params: layer.params, scratch, choices: layer.choices }
}
