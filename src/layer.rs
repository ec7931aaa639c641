//! What every layer and every chain of layers can do.

use crate::{Draws, Element, Init, Random, Shape, Source, Stage, Trainable};

/// One step of a network: a type that carries shapes, a set of functions that carry no state.
///
/// Parameters, maps and scratch belong to the caller; the constants say how much of each a layer
/// needs, counted in parameters (`f32`), elements or choices.
pub trait Layer: 'static {
    /// Shape of the input map.
    type Input: Shape;
    /// Shape of the output map.
    type Output: Shape;

    /// Parameters, in `f32`.
    const PARAMS: usize;
    /// Scratch of [`infer`](Layer::infer), in elements.
    const INFER_SCRATCH: usize = 0;
    /// Scratch of [`infer_within`](Layer::infer_within), output included.
    const INFER_WITHIN: usize = Self::Output::LEN + Self::INFER_SCRATCH;
    /// What [`forward`](Layer::forward) keeps for [`backward`](Layer::backward), in elements.
    const TAPE: usize = 0;
    /// What [`forward`](Layer::forward) keeps for [`backward`](Layer::backward), in choices.
    const CHOICES: usize = 0;
    /// Scratch of [`backward`](Layer::backward) for elements of one sample.
    const BACKWARD_SCRATCH: usize = 0;
    /// Scratch of [`backward`](Layer::backward) for elements of several samples.
    const BACKWARD_SCRATCH_LANES: usize = Self::BACKWARD_SCRATCH;
    /// Scratch of [`backward_within`](Layer::backward_within) for elements of one sample, the
    /// output's gradient included.
    const BACKWARD_WITHIN: usize = Self::Output::LEN + Self::BACKWARD_SCRATCH;
    /// Scratch of [`backward_within`](Layer::backward_within) for elements of several samples.
    const BACKWARD_WITHIN_LANES: usize = Self::Output::LEN + Self::BACKWARD_SCRATCH_LANES;

    /// The backward pass reads the layer's own output: it must not be changed in place.
    const NEEDS_OUTPUT: bool = false;
    /// Random numbers that training draws for a sample.
    const DRAWS: usize = 0;
    /// Stages of a forward pass over a batch: more than one if samples depend on each other.
    const STAGES: usize = 1;
    /// Stages of a backward pass over a batch.
    const BACKWARD_STAGES: usize = 1;
    /// The most elements that a stage shares between the samples of a batch.
    const SHARED: usize = 0;

    /// Draws first parameters; `first` is the index of this layer's first one in the network.
    ///
    /// As provided: for a layer without parameters.
    fn init(_init: Init, _random: &Random, _first: usize, _params: &mut [f32]) {}

    /// Computes the output and keeps nothing.
    fn infer<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    );

    /// Computes the output at one end of `scratch`; any of it may be used on the way there.
    ///
    /// As provided: for all layers but chains.
    #[inline(always)]
    fn infer_within<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        end: End,
        scratch: &mut [E],
    ) {
        let (output, rest) = end.split(scratch, Self::Output::LEN);
        Self::infer(params, source, input, rest, Self::Output::view_mut(output));
    }

    /// Computes the output and keeps on the tape what [`backward`](Layer::backward) needs.
    ///
    /// As provided: for a layer that keeps nothing and infers without scratch.
    #[inline(always)]
    fn forward<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        _tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        Self::infer(params, source, input, &mut [], output);
    }

    /// Hands the maps between layers, which [`forward`](Layer::forward) left on `tape`, to `visit`,
    /// the first one first; the output is not on the tape.
    ///
    /// As provided: for all layers but chains.
    #[inline(always)]
    fn visit_maps<E: Element>(_tape: &[E], _visit: &mut impl FnMut(&[E])) {}

    /// One stage of the forward pass over a batch; the output is complete after the last one.
    ///
    /// As provided: for a layer whose samples do not depend on each other.
    #[inline(always)]
    fn forward_stage<E: Element, S: Source<E>>(
        _stage: Stage<'_, E>,
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        Self::forward(params, source, input, tape, output);
    }

    /// Takes what a batch tells of its statistics, which the forward pass left on the tape of each
    /// sample, into the running averages among the parameters.
    ///
    /// As provided: for a layer that keeps none.
    fn keep_statistics<E: Element>(_maps: &[E], _samples: usize, _params: &mut [f32]) {}

    /// Hands the parameters' gradients to `trainable` and adds the input's gradient to `d_input`,
    /// if that is wanted.
    ///
    /// `record` holds what the forward pass saw. `d_output` may be overwritten.
    fn backward<E: Element, S: Source<E>, T: Trainable<E>>(
        trainable: T,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    );

    /// As [`backward`](Layer::backward), with the output's gradient at one end of `scratch`, all of
    /// which may be overwritten.
    ///
    /// As provided: for all layers but chains.
    #[inline(always)]
    fn backward_within<E: Element, S: Source<E>, T: Trainable<E>>(
        trainable: T,
        record: Record<'_, E, S, Self>,
        end: End,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let (d_output, rest) = end.split(scratch, Self::Output::LEN);
        Self::backward(trainable, record, Self::Output::view_mut(d_output), rest, d_input);
    }

    /// One stage of the backward pass over a batch, the last one first; gradients are complete after
    /// stage 0. What is in `scratch` and `d_output` stays from stage to stage.
    ///
    /// As provided: for a layer whose samples do not depend on each other.
    #[inline(always)]
    fn backward_stage<E: Element, S: Source<E>, T: Trainable<E>>(
        _stage: Stage<'_, E>,
        trainable: T,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        Self::backward(trainable, record, d_output, scratch, d_input);
    }

    /// As [`backward_stage`](Layer::backward_stage), with the output's gradient at one end of
    /// `scratch`.
    ///
    /// As provided: for all layers but chains.
    #[inline(always)]
    fn backward_stage_within<E: Element, S: Source<E>, T: Trainable<E>>(
        stage: Stage<'_, E>,
        trainable: T,
        record: Record<'_, E, S, Self>,
        end: End,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let (d_output, rest) = end.split(scratch, Self::Output::LEN);
        let d_output = Self::Output::view_mut(d_output);
        Self::backward_stage(stage, trainable, record, d_output, rest, d_input);
    }
}

/// The larger of two sizes: what memory must hold that serves both.
pub(crate) const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// One of the two ends of a block of scratch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where it begins.
    Front,
    /// Where it ends.
    Back,
}

impl End {
    /// The opposite one.
    #[must_use]
    #[inline(always)]
    pub const fn other(self) -> Self {
        match self {
            Self::Front => Self::Back,
            Self::Back => Self::Front,
        }
    }

    /// The `count` elements at this end, and the rest.
    ///
    /// # Panics
    /// If there are fewer.
    #[inline(always)]
    pub const fn split<E>(self, scratch: &mut [E], count: usize) -> (&mut [E], &mut [E]) {
        match self {
            Self::Front => scratch.split_at_mut(count),
            Self::Back => {
                let (rest, end) = scratch.split_at_mut(scratch.len() - count);
                (end, rest)
            }
        }
    }
}

/// Memory in which a forward pass keeps what the backward pass needs.
#[derive(Debug)]
pub struct Tape<'a, E: Element> {
    /// [`Layer::TAPE`] elements or more.
    pub maps: &'a mut [E],
    /// [`Layer::CHOICES`] choices or more.
    pub choices: &'a mut [E::Choice],
    /// What is drawn at random; without, nothing is random and nothing is dropped.
    pub draws: Option<Draws<'a>>,
}

/// What a forward pass saw and kept.
#[derive(Debug)]
pub struct Record<'a, E: Element, S: Source<E>, L: Layer + ?Sized> {
    /// How elements are made of the input.
    pub source: S,
    /// The layer's input.
    pub input: &'a <L::Input as Shape>::Map<S::Raw>,
    /// The tape's elements.
    pub maps: &'a [E],
    /// The tape's choices.
    pub choices: &'a [E::Choice],
    /// The layer's output.
    pub output: &'a <L::Output as Shape>::Map<E>,
}

impl<'a, E: Element, S: Source<E>, L: Layer + ?Sized> Record<'a, E, S, L> {
    /// The same for a layer inside of this one, whose output was `output`.
    #[inline(always)]
    pub(crate) const fn of<B: Layer<Input = L::Input>>(
        &self,
        output: &'a <B::Output as Shape>::Map<E>,
    ) -> Record<'a, E, S, B> {
        let Self { source, input, maps, choices, .. } = *self;
        Record { source, input, maps, choices, output }
    }
}
