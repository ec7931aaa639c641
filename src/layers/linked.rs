//! Layers behind one another: each reads what the one before left in the scratch, and leaves its output
//! at the other end.

use crate::layers::Staged;
use crate::{BatchStage, Direct, Element, GradientSink, Layer, Saved, Source, Tape, Weight};

/// One of the two ends of a block of scratch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where it begins.
    Front,
    /// Where it ends.
    Back,
}

impl End {
    /// The end at which a map lies that `maps` maps lie before the one at this end: they take turns.
    #[inline(always)]
    pub(crate) const fn before(self, maps: usize) -> Self {
        match self {
            end if maps.is_multiple_of(2) => end,
            Self::Front => Self::Back,
            Self::Back => Self::Front,
        }
    }

    /// The `count` elements at this end, and the rest.
    #[inline(always)]
    pub(crate) const fn split<E>(self, scratch: &mut [E], count: usize) -> (&mut [E], &mut [E]) {
        match self {
            Self::Front => scratch.split_at_mut(count),
            Self::Back => {
                let (rest, end) = scratch.split_at_mut(scratch.len() - count);
                (end, rest)
            }
        }
    }
}

/// Where a layer's input is.
#[derive(Clone, Copy, Debug)]
pub enum Incoming<'a, E: Element, S: Source<E>> {
    /// Elsewhere: what the network is given.
    Apart(S, &'a [S::Raw]),
    /// At this end of the scratch.
    Within(End),
}

/// Where a map is written: an output, or a gradient.
#[derive(Debug)]
pub enum Outgoing<'a, E> {
    /// Elsewhere.
    Apart(&'a mut [E]),
    /// At this end of the scratch.
    Within(End),
    /// Nobody wants it.
    Nowhere,
}

/// A layer, or a chain of layers, between others. `scratch` is as long as the whole chain's needs say,
/// so that its ends are the same for all of them.
pub trait Linked: Layer {
    /// Computes the output and keeps nothing.
    fn infer_linked<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        incoming: Incoming<'_, E, S>,
        scratch: &mut [E],
        outgoing: Outgoing<'_, E>,
    );

    /// One stage of the forward pass; without a stage, each sample is computed by itself.
    fn forward_linked<E: Element, S: Source<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        params: &[f32],
        source: S,
        input: &[S::Raw],
        tape: Tape<'_, E>,
        output: &mut [E],
    );

    /// One stage of the backward pass, from the output's gradient to the input's.
    fn backward_linked<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, S>,
        d_output: Outgoing<'_, E>,
        scratch: &mut [E],
        d_input: Outgoing<'_, E>,
    );

    /// Hands the maps between layers, which the forward pass left on `tape`, to `visit`, the first one
    /// first; the output is not on the tape.
    #[inline(always)]
    fn visit_maps<E: Element>(self, _tape: &[E], _visit: &mut impl FnMut(&[E])) {}

    /// As [`Staged::keep_statistics`].
    fn keep_linked_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]);
}

impl<L: Layer + Staged> Linked for L {
    #[inline(always)]
    fn infer_linked<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        incoming: Incoming<'_, E, S>,
        scratch: &mut [E],
        outgoing: Outgoing<'_, E>,
    ) {
        match (incoming, outgoing) {
            (Incoming::Apart(source, input), Outgoing::Apart(output)) => {
                self.compute(params, source, input, scratch, output);
            }
            (Incoming::Apart(source, input), Outgoing::Within(end)) => {
                let (output, rest) = end.split(scratch, L::NEEDS.output);
                self.compute(params, source, input, rest, output);
            }
            (Incoming::Within(end), Outgoing::Apart(output)) => {
                let (input, rest) = end.split(scratch, L::NEEDS.input);
                self.compute(params, Direct, input, rest, output);
            }
            (Incoming::Within(end), Outgoing::Within(other)) => {
                let (input, rest) = end.split(scratch, L::NEEDS.input);
                let (output, rest) = other.split(rest, L::NEEDS.output);
                self.compute(params, Direct, input, rest, output);
            }
            (_, Outgoing::Nowhere) => {}
        }
    }

    #[inline(always)]
    fn forward_linked<E: Element, S: Source<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        params: &[f32],
        source: S,
        input: &[S::Raw],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        self.forward_stage(stage, params, source, input, tape, output);
    }

    #[inline(always)]
    fn backward_linked<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, S>,
        d_output: Outgoing<'_, E>,
        scratch: &mut [E],
        d_input: Outgoing<'_, E>,
    ) {
        let (d_output, rest) = match d_output {
            Outgoing::Apart(d_output) => (d_output, scratch),
            Outgoing::Within(end) => end.split(scratch, L::NEEDS.output),
            Outgoing::Nowhere => return,
        };
        let (d_input, rest) = match d_input {
            Outgoing::Apart(d_input) => (Some(d_input), rest),
            Outgoing::Within(end) => {
                let (d_input, rest) = end.split(rest, L::NEEDS.input);
                if BatchStage::is(&stage, L::NEEDS.backward_stages - 1) {
                    d_input.fill(E::ZERO);
                }
                (Some(d_input), rest)
            }
            Outgoing::Nowhere => (None, rest),
        };
        self.backward_stage(stage, sink, saved, d_output, rest, d_input);
    }

    #[inline(always)]
    fn keep_linked_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        self.keep_statistics(maps, samples, params);
    }
}
