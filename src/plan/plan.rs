//! The memory of a network that is a value: what its type says in constants, for a tool that reads its
//! networks from files.

use crate::block::PlanBlocks;
use crate::{Dims, LayerSpec, Maps, Misfit, Needs, Placed, TrainingNeeds, Walk};

/// As many layers as a part of a network that is trained can count.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, MOST_LAST, Plan};
///
/// let dense = LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 2 }) };
/// let layers = [dense; 20];
/// let plan = Plan::new(Dims::Vector(2), &layers).expect("dense layers fit");
/// assert_eq!(plan.most_last(), MOST_LAST);
/// ```
pub const MOST_LAST: usize = 15;

/// A list of layers that fit together, and what follows from it.
///
/// Numbers that a `usize` cannot hold are `usize::MAX`.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
///
/// let dense = |out| LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out }) };
/// let layers = [dense(3), dense(2)];
/// let plan = Plan::new(Dims::Vector(4), &layers).expect("dense layers fit");
/// assert_eq!((plan.output(), plan.infer_scratch()), (Dims::Vector(2), 3));
/// assert_eq!(plan.most_last(), 1);
/// assert_eq!(plan.last(1).map(|needs| needs.params), Some((3 + 1) * 2));
/// assert_eq!(plan.last(2), None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    input: Dims,
    output: Dims,
    layers: &'a [LayerSpec<'a>],
    multiply_adds: usize,
    links: usize,
}

impl<'a> Plan<'a> {
    /// The plan of `layers` for an input of shape `input`.
    ///
    /// # Errors
    /// If a layer cannot take its input, or cannot stand where it stands.
    ///
    /// ```
    /// use tinyconv_plan::{Dims, LayerKind, LayerSpec, Plan, ShapeError};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::GlobalAvgPool2d }];
    /// assert!(Plan::new(Dims::Map([4, 5, 5]), &layers).is_ok());
    /// assert_eq!(Plan::new(Dims::Vector(4), &layers).unwrap_err().error, ShapeError::NotAMap);
    /// ```
    pub const fn new(input: Dims, layers: &'a [LayerSpec<'a>]) -> Result<Self, Misfit<'a>> {
        let mut walk = Walk::new(input, layers);
        let (mut output, mut multiply_adds) = (input, 0usize);
        while let Some(Placed { index, input, facts, misfit, .. }) = walk.step() {
            if let Some(error) = misfit {
                return Err(Misfit { index, layer: &layers[index], input, error });
            }
            output = facts.output;
            multiply_adds = multiply_adds.saturating_add(facts.multiply_adds);
        }
        let mut plan = Self { input, output, layers, multiply_adds, links: 0 };
        let mut blocks = plan.blocks();
        while let Some(block) = blocks.step() {
            // What begins no training joins the link before; at the front it is one of its own, which
            // the first that begins takes over.
            plan.links += block.begins as usize;
        }
        debug_assert!(blocks.is_done(), "layers that fit are all in blocks");
        Ok(plan)
    }

    /// The shape of the input.
    ///
    /// ```
    /// use tinyconv_plan::{Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Flatten }];
    /// let plan = Plan::new(Dims::Map([1, 4, 4]), &layers).expect("it fits");
    /// assert_eq!(plan.input(), Dims::Map([1, 4, 4]));
    /// ```
    #[must_use]
    pub const fn input(&self) -> Dims {
        self.input
    }

    /// The shape of the output.
    ///
    /// ```
    /// use tinyconv_plan::{Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Flatten }];
    /// let plan = Plan::new(Dims::Map([1, 4, 4]), &layers).expect("it fits");
    /// assert_eq!(plan.output(), Dims::Vector(16));
    /// ```
    #[must_use]
    pub const fn output(&self) -> Dims {
        self.output
    }

    /// Its layers.
    ///
    /// ```
    /// use tinyconv_plan::{Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Flatten }];
    /// let plan = Plan::new(Dims::Map([1, 4, 4]), &layers).expect("it fits");
    /// assert_eq!(plan.layers(), layers);
    /// ```
    #[must_use]
    pub const fn layers(&self) -> &'a [LayerSpec<'a>] {
        self.layers
    }

    /// Multiply-adds of an inference, those with zeros of a padding left out.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 3 }) }];
    /// let plan = Plan::new(Dims::Vector(4), &layers).expect("a dense layer fits");
    /// assert_eq!(plan.multiply_adds(), 12);
    /// ```
    #[must_use]
    pub const fn multiply_adds(&self) -> usize {
        self.multiply_adds
    }

    /// Its layers, each in its place.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 3 }) }];
    /// let plan = Plan::new(Dims::Vector(4), &layers).expect("a dense layer fits");
    /// assert_eq!(plan.walk().map(|layer| layer.params().len()).sum::<usize>(), 15);
    /// ```
    #[must_use]
    pub const fn walk(&self) -> Walk<'a> {
        Walk::new(self.input, self.layers)
    }

    /// The blocks of layers that are computed together.
    ///
    /// ```
    /// use tinyconv_plan::{Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Flatten }];
    /// let plan = Plan::new(Dims::Map([1, 4, 4]), &layers).expect("it fits");
    /// assert_eq!(plan.blocks().count(), 1);
    /// ```
    #[must_use]
    pub const fn blocks(&self) -> PlanBlocks<'a> {
        PlanBlocks::new(self.input, self.layers)
    }

    /// The maps that a forward pass computes. What lies inside of a residual block is not among them.
    ///
    /// ```
    /// use tinyconv_plan::{Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Flatten }];
    /// let plan = Plan::new(Dims::Map([1, 4, 4]), &layers).expect("it fits");
    /// assert!(plan.maps().map(|map| map.shape).eq([Dims::Vector(16)]));
    /// ```
    #[must_use]
    pub const fn maps(&self) -> Maps<'a> {
        Maps(self.blocks())
    }

    /// What the whole network takes.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 3 }) }];
    /// let plan = Plan::new(Dims::Vector(4), &layers).expect("a dense layer fits");
    /// assert_eq!(plan.needs().params, 15);
    /// ```
    #[must_use]
    pub const fn needs(&self) -> Needs {
        match self.blocks().together() {
            Some(needs) => needs,
            None => Needs::layer(self.input.len(), self.input.len(), 0),
        }
    }

    /// Scratch of an inference, in elements; input and output come on top.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let dense = |out| LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out }) };
    /// let layers = [dense(3), dense(2)];
    /// let plan = Plan::new(Dims::Vector(4), &layers).expect("dense layers fit");
    /// assert_eq!(plan.infer_scratch(), 3); // between the two dense layers
    /// ```
    #[must_use]
    pub const fn infer_scratch(&self) -> usize {
        self.needs().infer.apart
    }

    /// What training all layers takes.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 3 }) }];
    /// let plan = Plan::new(Dims::Vector(4), &layers).expect("a dense layer fits");
    /// assert_eq!(plan.all().params, 15);
    /// ```
    #[must_use]
    pub const fn all(&self) -> TrainingNeeds {
        TrainingNeeds::all(self.needs())
    }

    /// The most last layers that can be trained by themselves; 0 if nothing can be frozen.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let dense = |out| LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out }) };
    /// let layers = [dense(3), dense(2)];
    /// let plan = Plan::new(Dims::Vector(4), &layers).expect("dense layers fit");
    /// assert_eq!(plan.most_last(), 1); // of two layers, the first one is frozen
    /// ```
    #[must_use]
    pub const fn most_last(&self) -> usize {
        // With all of them trained, something frozen remains where layers come before the first.
        let begins_at_once = match self.blocks().step() {
            Some(block) => block.begins,
            None => true,
        };
        let most = if begins_at_once { self.links.saturating_sub(1) } else { self.links };
        if most < MOST_LAST { most } else { MOST_LAST }
    }

    /// How many layers, with those that have no parameters, come before the last `count` that have some
    /// and are trained, if so many can be trained by themselves.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let dense = |out| LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out }) };
    /// let layers = [dense(3), LayerSpec { name: "", kind: LayerKind::Relu }, dense(2)];
    /// let plan = Plan::new(Dims::Vector(4), &layers).expect("dense layers fit");
    /// assert_eq!((plan.frozen_layers(1), plan.frozen_layers(2)), (Some(2), None));
    /// ```
    #[must_use]
    pub const fn frozen_layers(&self, count: usize) -> Option<usize> {
        if count == 0 || count > self.most_last() {
            return None;
        }
        let (mut blocks, mut begun) = (self.blocks(), 0);
        while let Some(block) = blocks.step() {
            begun += block.begins as usize;
            if begun > self.links - count {
                return Some(block.first_layer);
            }
        }
        None
    }

    /// What training the last `count` layers with parameters takes, if so many can be trained by
    /// themselves.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let dense = |out| LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out }) };
    /// let layers = [dense(3), dense(2)];
    /// let plan = Plan::new(Dims::Vector(4), &layers).expect("dense layers fit");
    /// assert_eq!(plan.last(1).map(|needs| needs.params), Some((3 + 1) * 2));
    /// assert_eq!(plan.last(2), None); // that is `all`
    /// ```
    #[must_use]
    pub const fn last(&self, count: usize) -> Option<TrainingNeeds> {
        let Some(frozen_layers) = self.frozen_layers(count) else { return None };
        let (mut frozen, mut trained): (Option<Needs>, Option<Needs>) = (None, None);
        let mut blocks = self.blocks();
        while let Some(block) = blocks.step() {
            let is_frozen = block.first_layer < frozen_layers;
            let part = if is_frozen { &mut frozen } else { &mut trained };
            *part = Some(match *part {
                Some(before) => before.then(block.needs),
                None => block.needs,
            });
        }
        match (frozen, trained) {
            (Some(frozen), Some(trained)) => Some(TrainingNeeds::last(frozen, trained)),
            _ => None,
        }
    }
}
