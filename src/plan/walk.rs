//! The one loop over a network's layers: each of them in its place.

use crate::working::larger;
use crate::{Class, Dims, Facts, LayerSpec, Placed, ShapeError};

/// How deep residual blocks may lie within one another.
///
/// ```
/// use tinyconv_plan::{Dims, LayerKind, LayerSpec, MOST_NESTED, Plan, ShapeError};
///
/// let skips = [LayerSpec { name: "", kind: LayerKind::Skip }; MOST_NESTED + 1];
/// let dense = tinyconv_plan::DenseOptions { out: 2 };
/// let dense = [LayerSpec { name: "", kind: LayerKind::Dense(dense) }];
/// let adds = [LayerSpec { name: "", kind: LayerKind::Add }; MOST_NESTED + 1];
/// let layers = [&skips[..], &dense, &adds].concat();
/// let misfit = Plan::new(Dims::Vector(2), &layers).unwrap_err();
/// assert_eq!(misfit.error, ShapeError::NestedTooDeep);
/// ```
pub const MOST_NESTED: usize = 16;

/// Goes from layer to layer, through forks, branches and joins.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Walk};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 3 });
/// let layers = [LayerKind::Skip, dense, LayerKind::Add].map(|kind| LayerSpec { name: "", kind });
/// // A residual block of three dense outputs on four inputs: its end does not fit.
/// let misfits = Walk::new(Dims::Vector(4), &layers).map(|placed| placed.misfit.is_some());
/// assert!(misfits.eq([false, false, true]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Walk<'a> {
    layers: &'a [LayerSpec<'a>],
    index: usize,
    dims: Dims,
    /// The shape follows from what is written: no layer before was a misfit.
    is_known: bool,
    params: usize,
    open: [Open; MOST_NESTED],
    depth: usize,
}

/// A fork whose join is to come.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// What came in.
    input: Dims,
    /// What the first branch made of it, where a second one has begun; else what came in.
    other: Dims,
    /// A second branch has begun.
    is_branched: bool,
    /// Where the branch begins: its fork's number, or its own.
    begin: usize,
}

impl<'a> Walk<'a> {
    /// From the first of `layers` on, whose input has the shape `input`.
    ///
    /// ```
    /// use tinyconv_plan::{Dims, LayerKind, LayerSpec, Walk};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Flatten }];
    /// let flatten = Walk::new(Dims::Map([2, 3, 4]), &layers).next().expect("a layer");
    /// assert_eq!(flatten.facts.output, Dims::Vector(24));
    /// ```
    #[must_use]
    pub const fn new(input: Dims, layers: &'a [LayerSpec<'a>]) -> Self {
        let open = Open { input, other: input, is_branched: false, begin: 0 };
        let (index, params, depth) = (0, 0, 0);
        Self {
            layers,
            index,
            dims: input,
            is_known: true,
            params,
            open: [open; MOST_NESTED],
            depth,
        }
    }

    /// The next layer in its place.
    pub(crate) const fn step(&mut self) -> Option<Placed<'a>> {
        if self.index >= self.layers.len() {
            return None;
        }
        let (index, spec, input) = (self.index, self.layers[self.index], self.dims);
        let facts = match self.stand(spec) {
            Ok(()) => match spec.kind.class() {
                Class::Branch => Ok(Facts::plain(input, self.open[self.depth - 1].input)),
                Class::Concat => {
                    let other = self.open[self.depth].other;
                    Ok(Facts::plain(input, concatenated(other, input)))
                }
                _ => spec.kind.facts(input),
            },
            Err(error) => Err(error),
        };
        let (facts, misfit) = match facts {
            Ok(facts) => (facts, None),
            Err(error) => (self.guess(spec), if self.is_known { Some(error) } else { None }),
        };
        // A dense layer's output is known whatever comes in.
        self.is_known =
            misfit.is_none() && (self.is_known || matches!(spec.kind.class(), Class::Dense));
        let first_param = self.params;
        self.params = self.params.saturating_add(facts.needs.params);
        self.dims = facts.output;
        self.index += 1;
        Some(Placed { index, spec, input, facts, first_param, misfit })
    }

    /// Whether the layer can stand where it stands; opens and closes forks.
    const fn stand(&mut self, spec: LayerSpec<'_>) -> Result<(), ShapeError> {
        match spec.kind.class() {
            Class::Fork => {
                if self.depth == MOST_NESTED {
                    return Err(ShapeError::NestedTooDeep);
                }
                let (input, begin) = (self.dims, self.index);
                self.open[self.depth] = Open { input, other: input, is_branched: false, begin };
                self.depth += 1;
                if end_of_fork(self.layers, self.index).is_some() {
                    Ok(())
                } else {
                    Err(ShapeError::HalfABlock)
                }
            }
            Class::Branch => {
                if self.depth == 0 {
                    return Err(ShapeError::HalfABlock);
                }
                let open = &mut self.open[self.depth - 1];
                if open.is_branched {
                    return Err(ShapeError::SecondBranch);
                }
                *open = Open { other: self.dims, is_branched: true, begin: self.index, ..*open };
                Ok(())
            }
            Class::Join | Class::Concat => {
                if self.depth == 0 {
                    return Err(ShapeError::HalfABlock);
                }
                self.depth -= 1;
                let open = self.open[self.depth];
                // On a device, too, it has a layer.
                let mut i = open.begin + 1;
                while i < self.index && matches!(self.layers[i].kind.class(), Class::Random) {
                    i += 1;
                }
                if i == self.index {
                    return Err(ShapeError::EmptyBlock);
                }
                let fits = match spec.kind.class() {
                    Class::Concat => {
                        open.other.height() == self.dims.height()
                            && open.other.width() == self.dims.width()
                            && open.other.is_map() == self.dims.is_map()
                    }
                    _ => open.other.equals(self.dims),
                };
                if fits {
                    Ok(())
                } else if open.is_branched || matches!(spec.kind.class(), Class::Concat) {
                    Err(ShapeError::OtherBranch(open.other))
                } else {
                    Err(ShapeError::OtherShape(open.other))
                }
            }
            Class::Normalisation
            | Class::Convolution
            | Class::Dense
            | Class::Weighted
            | Class::MaxPool
            | Class::Activation
            | Class::Flatten
            | Class::Random
            | Class::KeepsOutput
            | Class::Plain => Ok(()),
        }
    }

    /// What the layers after one that does not fit go on with.
    const fn guess(&self, spec: LayerSpec<'_>) -> Facts {
        let output = match spec.kind.class() {
            Class::Dense | Class::Flatten => Dims::Vector(larger(self.dims.len(), 1)),
            Class::Branch if self.depth > 0 => self.open[self.depth - 1].input,
            Class::Join if self.depth < MOST_NESTED => self.open[self.depth].other,
            _ => self.dims,
        };
        Facts::plain(self.dims, output)
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Placed<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step()
    }
}

/// The channels of both, one behind the other.
pub(crate) const fn concatenated(first: Dims, second: Dims) -> Dims {
    let channels = first.channels().saturating_add(second.channels());
    match second {
        Dims::Map([_, rows, columns]) => Dims::Map([channels, rows, columns]),
        Dims::Vector(_) => Dims::Vector(channels),
    }
}

/// Where the fork at `begin` has its join.
pub(crate) const fn end_of_fork(layers: &[LayerSpec<'_>], begin: usize) -> Option<usize> {
    match parts_of_fork(layers, begin) {
        Some((_, end)) => Some(end),
        None => None,
    }
}

/// Where the fork at `begin` has its second branch, if it has one, and its join.
pub(crate) const fn parts_of_fork(
    layers: &[LayerSpec<'_>],
    begin: usize,
) -> Option<(Option<usize>, usize)> {
    let (mut depth, mut branch, mut i) = (0usize, None, begin);
    while i < layers.len() {
        match layers[i].kind.class() {
            Class::Fork => depth += 1,
            Class::Branch if depth == 1 => branch = Some(i),
            Class::Join | Class::Concat => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((branch, i));
        }
        i += 1;
    }
    None
}
