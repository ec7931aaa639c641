//! Which layers are computed together: the one grouping rule, for types and for values.

use crate::walk::{concatenated, parts_of_fork};
use crate::{Class, Dims, Facts, LayerSpec, Needs, Placed};

/// How the layers of a block are computed.
///
/// ```
/// use tinyconv_plan::{BlockKind, Class};
///
/// let next = [Some(Class::Dense), Some(Class::Activation), Some(Class::Dense)];
/// assert_eq!(BlockKind::first(next), Some(BlockKind::Activated { spared: 0 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A layer by itself; before it, so many that need no computing.
    Alone {
        /// Layers before that only change a shape.
        spared: usize,
    },
    /// A layer, and an activation in place on its output.
    Activated {
        /// Layers before that only change a shape.
        spared: usize,
    },
    /// An activation with no layer before it to work on.
    Activation,
    /// A convolution, an activation and a max-pooling in one, if the pool's windows lie side by side;
    /// else the first two are [`Activated`](Self::Activated) and the pooling is alone.
    ConvolutionPool,
    /// The same with a normalisation in place of the convolution.
    NormalisationPool,
    /// A fork, its branches and their join; where that adds, with an activation if one follows.
    Branches,
}

impl BlockKind {
    /// The block that begins with the first of the next three layers, if there is one.
    ///
    /// ```
    /// use tinyconv_plan::{BlockKind, Class};
    ///
    /// // A dense layer reads a map as it is.
    /// let next = [Some(Class::Flatten), Some(Class::Dense), None];
    /// assert_eq!(BlockKind::first(next), Some(BlockKind::Alone { spared: 1 }));
    /// ```
    #[must_use]
    pub const fn first(next: [Option<Class>; 3]) -> Option<Self> {
        Some(match next {
            [Some(Class::Convolution), Some(Class::Activation), Some(Class::MaxPool)] => {
                Self::ConvolutionPool
            }
            [Some(Class::Normalisation), Some(Class::Activation), Some(Class::MaxPool)] => {
                Self::NormalisationPool
            }
            [Some(Class::Flatten), Some(Class::Dense), Some(Class::Activation)] => {
                Self::Activated { spared: 1 }
            }
            [Some(Class::Flatten), Some(Class::Dense), _] => Self::Alone { spared: 1 },
            [Some(Class::Fork), ..] => Self::Branches,
            [Some(Class::Activation), ..] => Self::Activation,
            [Some(Class::KeepsOutput), ..] => Self::Alone { spared: 0 },
            [Some(_), Some(Class::Activation), _] => Self::Activated { spared: 0 },
            [Some(_), ..] => Self::Alone { spared: 0 },
            [None, ..] => return None,
        })
    }
}

/// A block of a network's layers, in its place.
///
/// ```
/// use tinyconv_plan::{BlockKind, DenseOptions, Dims, LayerKind, LayerSpec, Plan};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
/// let plan = Plan::new(Dims::Vector(3), &layers).expect("the layers fit");
/// let block = plan.blocks().next().expect("there is one");
/// assert_eq!((block.kind, block.layers.len()), (BlockKind::Activated { spared: 0 }, 2));
/// assert!(block.begins); // training can begin here
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block<'a> {
    /// How its layers are computed. A pool that cannot join its convolution is a block of its own.
    pub kind: BlockKind,
    /// Its layers.
    pub layers: &'a [LayerSpec<'a>],
    /// The number of the first of them in the network.
    pub first_layer: usize,
    /// The network's parameters before its own.
    pub first_param: usize,
    /// The shape of its input.
    pub input: Dims,
    /// The shape of its output.
    pub output: Dims,
    /// What it takes.
    pub needs: Needs,
    /// It has weights: training can begin here. Blocks that cannot begin it join those before.
    pub begins: bool,
}

impl<'a> Block<'a> {
    /// What lies between the fork of a block of branches and its join; nothing for another block.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let dense = LayerKind::Dense(DenseOptions { out: 2 });
    /// let layers = [LayerKind::Skip, dense, LayerKind::Add].map(|kind| LayerSpec { name: "", kind });
    /// let plan = Plan::new(Dims::Vector(2), &layers).expect("the layers fit");
    /// let residual = plan.blocks().next().expect("there is one").branches().expect("it has branches");
    /// assert_eq!((residual.first.count(), residual.second.is_none()), (1, true));
    /// ```
    #[must_use]
    pub const fn branches(&self) -> Option<Branches<'a>> {
        match self.kind {
            BlockKind::Branches => {
                Branches::of(self.layers, self.input, self.first_layer, self.first_param)
            }
            _ => None,
        }
    }
}

/// The branches of a block, and how they are joined.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// let layers = [LayerKind::Skip, dense, LayerKind::Branch, dense, LayerKind::Concat];
/// let layers = layers.map(|kind| LayerSpec { name: "", kind });
/// let plan = Plan::new(Dims::Vector(3), &layers).expect("the layers fit");
/// let branches = plan.blocks().next().and_then(|block| block.branches()).expect("it has branches");
/// assert!(branches.concatenates && branches.activation.is_none());
/// assert_eq!(branches.second.expect("there is one").next().map(|block| block.first_layer), Some(3));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Branches<'a> {
    /// The blocks of the first one; there may be none where a second one follows.
    pub first: PlanBlocks<'a>,
    /// The blocks of the second one; without it, the block's input itself is the other one.
    pub second: Option<PlanBlocks<'a>>,
    /// Their outputs lie one behind the other; else they are added.
    pub concatenates: bool,
    /// Layers from the fork to the join, both included.
    pub len: usize,
    /// The number in the network of the activation that follows, if it belongs to the block.
    pub activation: Option<usize>,
}

impl<'a> Branches<'a> {
    /// Those of the fork with which `layers` begin.
    const fn of(
        layers: &'a [LayerSpec<'a>],
        input: Dims,
        first_layer: usize,
        first_param: usize,
    ) -> Option<Self> {
        let Some((branch, end)) = parts_of_fork(layers, 0) else { return None };
        let begins = match branch {
            Some(branch) => branch,
            None => end,
        };
        let first = PlanBlocks {
            layers: layers.split_at(begins).0.split_at(1).1,
            input,
            first_layer: first_layer + 1,
            first_param,
            is_apart: false,
        };
        let second = match branch {
            None => None,
            Some(branch) => {
                let (mut before, mut params) = (first, 0usize);
                if let Some(needs) = before.together() {
                    params = needs.params;
                }
                Some(PlanBlocks {
                    layers: layers.split_at(end).0.split_at(branch + 1).1,
                    first_layer: first_layer + branch + 1,
                    first_param: first_param.saturating_add(params),
                    ..first
                })
            }
        };
        let concatenates = matches!(layers[end].kind.class(), Class::Concat);
        let follows =
            end + 1 < layers.len() && matches!(layers[end + 1].kind.class(), Class::Activation);
        // What lies one behind the other may be what the branches' backward passes read.
        let activation = if follows && !concatenates { Some(first_layer + end + 1) } else { None };
        Some(Self { first, second, concatenates, len: end + 1, activation })
    }

    /// What they need together, with the activation, and the shape that they give.
    const fn needs(&self, input: Dims) -> (Needs, Dims) {
        let (first, first_dims) = self.first.joined(input);
        let (second, second_dims) = match self.second {
            Some(second) => second.joined(input),
            None => (Needs::layer(input.len(), input.len(), 0).in_place(0), input),
        };
        let needs = if self.concatenates {
            first.beside(second)
        } else if self.second.is_some() {
            first.added(second)
        } else {
            first.residual()
        };
        let output =
            if self.concatenates { concatenated(first_dims, second_dims) } else { first_dims };
        (if self.activation.is_some() { needs.activated() } else { needs }, output)
    }
}

/// The blocks of a list of layers that fit together.
///
/// ```
/// use tinyconv_plan::{PlanBlocks, DenseOptions, Dims, LayerKind, LayerSpec, Plan};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// let layers = [LayerKind::Flatten, dense, LayerKind::Tanh, dense];
/// let layers = layers.map(|kind| LayerSpec { name: "", kind });
/// let plan = Plan::new(Dims::Map([1, 2, 2]), &layers).expect("the layers fit");
/// let blocks: PlanBlocks<'_> = plan.blocks();
/// assert!(blocks.map(|block| block.layers.len()).eq([3, 1])); // the first one reads the map as it is
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PlanBlocks<'a> {
    layers: &'a [LayerSpec<'a>],
    input: Dims,
    first_layer: usize,
    first_param: usize,
    /// The next layer is a pooling that could not join its convolution: no activation joins it either.
    is_apart: bool,
}

impl<'a> PlanBlocks<'a> {
    pub(crate) const fn new(input: Dims, layers: &'a [LayerSpec<'a>]) -> Self {
        Self { layers, input, first_layer: 0, first_param: 0, is_apart: false }
    }

    const fn class(&self, index: usize) -> Option<Class> {
        if index < self.layers.len() { Some(self.layers[index].kind.class()) } else { None }
    }

    /// The next block. Layers that do not fit end the list, as a plan lets only those through that do.
    pub(crate) const fn step(&mut self) -> Option<Block<'a>> {
        let next = [self.class(0), self.class(1), self.class(2)];
        let first = if self.is_apart {
            BlockKind::first([next[0], None, None])
        } else {
            BlockKind::first(next)
        };
        let Some(mut kind) = first else { return None };
        let mut is_apart = false;
        let (spared, count) = match kind {
            BlockKind::Alone { spared } => (spared, spared + 1),
            BlockKind::Activated { spared } => (spared, spared + 2),
            BlockKind::Activation => (0, 1),
            BlockKind::ConvolutionPool | BlockKind::NormalisationPool => (0, 3),
            BlockKind::Branches => (0, 1),
        };
        let Ok(facts) = self.layers[spared].kind.facts(self.input) else { return None };
        let (needs, output, count) = match kind {
            BlockKind::Alone { .. } => (facts.needs, facts.output, count),
            BlockKind::Activated { .. } | BlockKind::Activation => {
                (facts.needs.activated(), facts.output, count)
            }
            BlockKind::ConvolutionPool | BlockKind::NormalisationPool => {
                match self.pooled(&facts) {
                    Some((needs, output)) => (needs, output, count),
                    None => {
                        (kind, is_apart) = (BlockKind::Activated { spared: 0 }, true);
                        (facts.needs.activated(), facts.output, 2)
                    }
                }
            }
            BlockKind::Branches => {
                let (first_layer, first_param) = (self.first_layer, self.first_param);
                let branches = Branches::of(self.layers, self.input, first_layer, first_param);
                let Some(branches) = branches else { return None };
                let (needs, output) = branches.needs(self.input);
                (needs, output, branches.len + branches.activation.is_some() as usize)
            }
        };
        // A block of branches can where one of its layers can.
        let (mut begins, mut i) = (false, 0);
        while i < count {
            begins |= self.layers[i].kind.class().is_weighted();
            i += 1;
        }
        let (layers, rest) = self.layers.split_at(count);
        let block = Block {
            kind,
            layers,
            first_layer: self.first_layer,
            first_param: self.first_param,
            input: self.input,
            output,
            needs,
            begins,
        };
        *self = Self {
            layers: rest,
            input: output,
            first_layer: self.first_layer + count,
            first_param: self.first_param.saturating_add(needs.params),
            is_apart,
        };
        Some(block)
    }

    /// The first layer, of which `first` is known, with the pooling two layers on, if that joins it: what
    /// they need, and the shape of their output.
    const fn pooled(&self, first: &Facts) -> Option<(Needs, Dims)> {
        let Ok(pool) = self.layers[2].kind.facts(first.output) else { return None };
        match with_pool(first, &pool) {
            Some(needs) => Some((needs, pool.output)),
            None => None,
        }
    }

    /// What all of them need together, and the shape that they give; without any, that of a copy.
    const fn joined(mut self, input: Dims) -> (Needs, Dims) {
        match self.together() {
            Some(needs) => (needs, self.input),
            None => (Needs::layer(input.len(), input.len(), 0).in_place(0), input),
        }
    }

    /// All layers are in the blocks before.
    pub(crate) const fn is_done(&self) -> bool {
        self.layers.is_empty()
    }

    /// What all of them need together, one after the other.
    pub(crate) const fn together(&mut self) -> Option<Needs> {
        let mut all: Option<Needs> = None;
        while let Some(block) = self.step() {
            all = Some(match all {
                Some(before) => before.then(block.needs),
                None => block.needs,
            });
        }
        all
    }
}

impl<'a> Iterator for PlanBlocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step()
    }
}

/// What a convolution or a normalisation needs together with the activation and the pooling after it,
/// if the windows lie side by side.
///
/// ```
/// use tinyconv_plan::{Conv2dOptions, Dims, LayerKind, PoolOptions, with_pool};
///
/// let conv = LayerKind::Conv2d(Conv2dOptions { out: 4, kernel: [3, 3], ..Conv2dOptions::NEW });
/// let conv = conv.facts(Dims::Map([1, 8, 8]))?;
/// let pool = LayerKind::MaxPool2d(PoolOptions { size: [2, 2], ..PoolOptions::NEW });
/// let needs = with_pool(&conv, &pool.facts(conv.output)?).expect("the windows lie side by side");
/// assert_eq!((needs.output, needs.choices), (4 * 3 * 3, 4 * 3 * 3));
/// # Ok::<(), tinyconv_plan::ShapeError>(())
/// ```
#[must_use]
pub const fn with_pool(first: &Facts, pool: &Facts) -> Option<Needs> {
    match pool.window {
        Some(window) if window.is_tiling() => {}
        _ => return None,
    }
    let (map, pooled) = (first.output.len(), pool.output.len());
    let needs = Needs {
        choices: pooled,
        tape: first.needs.tape,
        stages: first.needs.stages,
        backward_stages: first.needs.backward_stages,
        shared: first.needs.shared,
        keeps_output: true,
        ..Needs::layer(first.needs.input, pooled, first.needs.params)
    };
    // In lanes a convolution's map is written out, as the lanes' winners differ.
    Some(if first.window.is_some() { needs.with_lanes_scratch(map) } else { needs })
}

/// Whether the types are computed together: as [`with_pool`] says.
#[doc(hidden)]
#[must_use]
pub const fn fuses(first: &Placed<'_>, pool: &Placed<'_>) -> bool {
    with_pool(&first.facts, &pool.facts).is_some()
}

/// The same for the types: where the windows do not lie side by side, there is no such type.
#[doc(hidden)]
#[must_use]
pub const fn needs_with_pool(first: &Placed<'_>, pool: &Placed<'_>) -> Needs {
    match with_pool(&first.facts, &pool.facts) {
        Some(needs) => needs,
        None => first.facts.needs,
    }
}
