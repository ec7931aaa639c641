//! A layer in its place.

use core::ops::Range;

use crate::walk::Walk;
use crate::{Dims, Facts, LayerSpec, Misfit, ShapeError};

/// A layer of a network, with everything that follows from where it stands.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
///
/// let dense = |out| LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out }) };
/// let layers = [dense(3), dense(2)];
/// let plan = Plan::new(Dims::Vector(4), &layers).expect("dense layers fit");
/// let last = plan.walk().last().expect("there are two");
/// assert_eq!((last.index, last.input, last.params()), (1, Dims::Vector(3), 15..15 + 8));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed<'a> {
    /// Its number in the list, from 0.
    pub index: usize,
    /// The layer.
    pub spec: LayerSpec<'a>,
    /// The shape of its input.
    pub input: Dims,
    /// What follows from that.
    pub facts: Facts,
    /// The network's parameters before its own.
    pub first_param: usize,
    /// What is wrong with it: then the facts are a guess. Never, where a [`Plan`](crate::Plan) says
    /// that the layers fit.
    pub misfit: Option<ShapeError>,
}

impl Placed<'_> {
    /// A placeholder.
    pub(crate) const NOWHERE: Self = Self {
        index: 0,
        spec: LayerSpec { name: "", kind: crate::LayerKind::Identity },
        input: Dims::Vector(0),
        facts: Facts::plain(Dims::Vector(0), Dims::Vector(0)),
        first_param: 0,
        misfit: None,
    };

    /// Its parameters in the block of the network's.
    ///
    /// ```
    /// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Plan};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 3 }) }];
    /// let plan = Plan::new(Dims::Vector(4), &layers).expect("a dense layer fits");
    /// assert_eq!(plan.walk().next().map(|layer| layer.params()), Some(0..15));
    /// ```
    #[must_use]
    pub const fn params(&self) -> Range<usize> {
        self.first_param..self.first_param.saturating_add(self.facts.needs.params)
    }

    /// What is wrong with it, with everything to explain it.
    const fn misfit(&self) -> Option<Misfit<'_>> {
        match self.misfit {
            Some(error) => {
                Some(Misfit { index: self.index, layer: &self.spec, input: self.input, error })
            }
            None => None,
        }
    }
}

/// All layers in their places, for the compiler: where a layer does not fit, it says so in
/// its `misfit`, and those after it go on with a guess.
///
/// # Panics
/// If there are not `N` layers.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, Placed, places};
///
/// const LAYERS: [LayerSpec<'static>; 1] =
///     [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 4 }) }];
/// const PLACES: [Placed<'static>; 1] = places(Dims::Map([8, 5, 5]), &LAYERS);
/// assert_eq!(PLACES[0].facts.output, Dims::Vector(4));
/// ```
#[must_use]
pub const fn places<'a, const N: usize>(
    input: Dims,
    layers: &'a [LayerSpec<'a>],
) -> [Placed<'a>; N] {
    assert!(layers.len() == N, "a place for each layer");
    let mut places = [Placed::NOWHERE; N];
    let mut walk = Walk::new(input, layers);
    let mut i = 0;
    while let Some(placed) = walk.step() {
        places[i] = placed;
        i += 1;
    }
    places
}

/// Stops the compiler, at the caller's line, if a layer does not fit; `written` is the name under which
/// it stands there. Of the options `given`, each is looked at by itself: see [`check_option`].
///
/// # Panics
/// If its `misfit` says so, and it is none of these options.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, check, places};
///
/// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 4 }) }];
/// check(&places::<1>(Dims::Vector(2), &layers)[0], "Dense", &["out"]);
/// ```
#[track_caller]
pub const fn check(placed: &Placed<'_>, written: &str, given: &[&str]) {
    let Some(misfit) = placed.misfit() else { return };
    let mut i = 0;
    while i < given.len() {
        if is_at_fault(&misfit, given[i]) {
            return;
        }
        i += 1;
    }
    panic!("{}", misfit.explain_as(written).as_str());
}

/// Stops the compiler, at the caller's line, if a layer does not fit because of an option.
///
/// # Panics
/// If its `misfit` says so, and it is this option.
///
/// ```should_panic
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, check_option, places};
///
/// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 0 }) }];
/// check_option(&places::<1>(Dims::Vector(2), &layers)[0], "Dense", "out");
/// ```
#[track_caller]
pub const fn check_option(placed: &Placed<'_>, written: &str, option: &str) {
    if let Some(misfit) = placed.misfit()
        && is_at_fault(&misfit, option)
    {
        panic!("{}", misfit.explain_as(written).as_str());
    }
}

/// Stops the compiler, at the caller's line, if a residual block does not fit, which is written in one
/// word: its first layer and its last one.
///
/// # Panics
/// If its `misfit` of either says so.
///
/// ```
/// use tinyconv_plan::{DenseOptions, Dims, LayerKind, LayerSpec, check_block, places};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// let layers = [LayerKind::Skip, dense, LayerKind::Add].map(|kind| LayerSpec { name: "", kind });
/// let places = places::<3>(Dims::Vector(2), &layers);
/// check_block(&places[0], &places[2], "Residual");
/// ```
#[track_caller]
pub const fn check_block(fork: &Placed<'_>, join: &Placed<'_>, written: &str) {
    check(fork, written, &[]);
    // What is wrong with the last one is said of the block.
    check(&Placed { index: fork.index, spec: fork.spec, ..*join }, written, &[]);
}

const fn is_at_fault(misfit: &Misfit<'_>, option: &str) -> bool {
    let Some(at_fault) = misfit.option() else { return false };
    let (a, b) = (at_fault.as_bytes(), option.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}
