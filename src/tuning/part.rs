//! Which layers of a network are trained; the others stay as they are, in flash, and cost nothing.

use super::Split;
use crate::layer::{Layer, larger};
use crate::loss::{Goal, Loss};
use crate::network::{InputOf, Network, OutputOf};
use crate::{Direct, End, Outcome, Shape, Source, Trainable, step};

/// What of a network is trained: [`All`] or [`Last`].
///
/// A frozen layer needs no gradient, no optimizer state, no stored activation and no backward pass.
pub trait Part<N: Network> {
    /// Parameters before those that are trained.
    const FROZEN_PARAMS: usize;
    /// Parameters that are trained: the last ones of the network.
    const PARAMS: usize;
    /// Scratch of a step or an inference, in elements; the input comes on top.
    const SCRATCH: usize;
    /// Choices of pooling windows, a byte each.
    const CHOICES: usize;

    /// Computes `output`.
    fn infer<S: Source<f32>>(
        frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        elements: &mut [f32],
        output: &mut <OutputOf<N> as Shape>::Map<f32>,
    );

    /// The forward pass and the loss.
    fn forward<S: Source<f32>, L: Loss>(
        frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        elements: &mut [f32],
        choices: &mut [u8],
    ) -> Outcome<f32>;

    /// The backward pass that follows [`forward`](Part::forward) of the same sample.
    fn backward<S: Source<f32>, T: Trainable<f32>, L: Loss>(
        trainable: T,
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        scale: f32,
        elements: &mut [f32],
        choices: &[u8],
    );
}

/// Every layer is trained.
#[derive(Clone, Copy, Debug)]
pub struct All;

/// The last `LAYERS` layers with parameters are trained.
///
/// Layers without parameters belong to the layer before them.
#[derive(Clone, Copy, Debug)]
pub struct Last<const LAYERS: usize>;

/// What inference or a step of a chain needs, whichever is more.
const fn scratch<L: Layer>() -> usize {
    larger(step::scratch::<L>(), L::INFER_SCRATCH)
}

impl<N: Network> Part<N> for All {
    const FROZEN_PARAMS: usize = 0;
    const PARAMS: usize = N::PARAMS;
    const SCRATCH: usize = scratch::<N::Layers>();
    const CHOICES: usize = N::Layers::CHOICES;

    #[inline(always)]
    fn infer<S: Source<f32>>(
        _frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        elements: &mut [f32],
        output: &mut <OutputOf<N> as Shape>::Map<f32>,
    ) {
        N::Layers::infer(trained, source, input, elements, output);
    }

    #[inline(always)]
    fn forward<S: Source<f32>, L: Loss>(
        _frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        elements: &mut [f32],
        choices: &mut [u8],
    ) -> Outcome<f32> {
        step::forward::<N::Layers, f32, S, L>(trained, source, input, goal, elements, choices)
    }

    #[inline(always)]
    fn backward<S: Source<f32>, T: Trainable<f32>, L: Loss>(
        trainable: T,
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        scale: f32,
        elements: &mut [f32],
        choices: &[u8],
    ) {
        step::backward::<N::Layers, f32, S, T, L>(
            trainable, source, input, goal, scale, elements, choices,
        );
    }
}

type Frozen<N, const LAYERS: usize> = <<N as Network>::Layers as Split<LAYERS>>::Frozen;
type Trained<N, const LAYERS: usize> = <<N as Network>::Layers as Split<LAYERS>>::Trained;
type Middle<N, const LAYERS: usize> = <Frozen<N, LAYERS> as Layer>::Output;

impl<N: Network, const LAYERS: usize> Part<N> for Last<LAYERS>
where
    N::Layers: Split<LAYERS>,
{
    const FROZEN_PARAMS: usize = Frozen::<N, LAYERS>::PARAMS;
    const PARAMS: usize = {
        assert!(<N::Layers as Split<LAYERS>>::FITS);
        Trained::<N, LAYERS>::PARAMS
    };
    // The map between the two lives on; what the frozen layers work in is free again.
    const SCRATCH: usize = larger(
        Frozen::<N, LAYERS>::INFER_WITHIN,
        Middle::<N, LAYERS>::LEN + scratch::<Trained<N, LAYERS>>(),
    );
    const CHOICES: usize = Trained::<N, LAYERS>::CHOICES;

    #[inline(always)]
    fn infer<S: Source<f32>>(
        frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        elements: &mut [f32],
        output: &mut <OutputOf<N> as Shape>::Map<f32>,
    ) {
        Frozen::<N, LAYERS>::infer_within(frozen, source, input, End::Front, elements);
        let (middle, rest) = elements.split_at_mut(Middle::<N, LAYERS>::LEN);
        let middle = Middle::<N, LAYERS>::view(middle);
        Trained::<N, LAYERS>::infer(trained, Direct, middle, rest, output);
    }

    #[inline(always)]
    fn forward<S: Source<f32>, L: Loss>(
        frozen: &[f32],
        trained: &[f32],
        source: S,
        input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        elements: &mut [f32],
        choices: &mut [u8],
    ) -> Outcome<f32> {
        Frozen::<N, LAYERS>::infer_within(frozen, source, input, End::Front, elements);
        let (middle, rest) = elements.split_at_mut(Middle::<N, LAYERS>::LEN);
        let middle = Middle::<N, LAYERS>::view(middle);
        step::forward::<Trained<N, LAYERS>, f32, Direct, L>(
            trained, Direct, middle, goal, rest, choices,
        )
    }

    #[inline(always)]
    fn backward<S: Source<f32>, T: Trainable<f32>, L: Loss>(
        trainable: T,
        _source: S,
        _input: &<InputOf<N> as Shape>::Map<S::Raw>,
        goal: Goal<'_, f32, L>,
        scale: f32,
        elements: &mut [f32],
        choices: &[u8],
    ) {
        let (middle, rest) = elements.split_at_mut(Middle::<N, LAYERS>::LEN);
        let middle = Middle::<N, LAYERS>::view(middle);
        step::backward::<Trained<N, LAYERS>, f32, Direct, T, L>(
            trainable, Direct, middle, goal, scale, rest, choices,
        );
    }
}
