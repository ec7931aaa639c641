//! Layers behind one another: each reads what the one before left in the scratch, and leaves its output
//! at the other end, or where it found its input if it works in place.

use crate::layers::Staged;
use crate::layers::layer::computed;
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

/// How elements are made of an input, the input, and the scratch that is free beside it.
pub type Taken<'s, E, S> = (S, &'s [<S as Source<E>>::Raw], &'s mut [E]);

/// Where a layer's input is, as a type: what is known while the compiler works costs nothing.
pub trait Incoming<E: Element> {
    /// How elements are made of it.
    type Source: Source<E>;

    /// It lies in the scratch.
    const IS_WITHIN: bool;

    /// The input of `count` elements.
    fn take<'s>(&'s self, scratch: &'s mut [E], count: usize) -> Taken<'s, E, Self::Source>;
}

/// Where a map is written, an output or a gradient, as a type.
pub trait Outgoing<E: Element> {
    /// The end of the scratch at which it lies, if it lies there.
    fn end(&self) -> Option<End>;

    /// Its `count` elements, unless nobody wants them, and the scratch that is free beside them.
    fn take<'s>(
        &'s mut self,
        scratch: &'s mut [E],
        count: usize,
    ) -> (Option<&'s mut [E]>, &'s mut [E]);
}

/// What a network is given, not in the scratch.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a, S, R>(pub S, pub &'a [R]);

/// What lies elsewhere than in the scratch.
#[derive(Debug)]
pub struct Apart<'a, E>(pub &'a mut [E]);

/// What lies at this end of the scratch.
#[derive(Clone, Copy, Debug)]
pub struct Within(pub End);

impl<E: Element, S: Source<E>> Incoming<E> for Given<'_, S, S::Raw> {
    type Source = S;
    const IS_WITHIN: bool = false;

    #[inline(always)]
    fn take<'s>(&'s self, scratch: &'s mut [E], _count: usize) -> (S, &'s [S::Raw], &'s mut [E]) {
        (self.0, self.1, scratch)
    }
}

impl<E: Element> Incoming<E> for Within {
    type Source = Direct;
    const IS_WITHIN: bool = true;

    #[inline(always)]
    fn take<'s>(&'s self, scratch: &'s mut [E], count: usize) -> Taken<'s, E, Direct> {
        let (input, rest) = self.0.split(scratch, count);
        (Direct, input, rest)
    }
}

impl<E: Element> Outgoing<E> for Apart<'_, E> {
    #[inline(always)]
    fn end(&self) -> Option<End> {
        None
    }

    #[inline(always)]
    fn take<'s>(
        &'s mut self,
        scratch: &'s mut [E],
        _count: usize,
    ) -> (Option<&'s mut [E]>, &'s mut [E]) {
        (Some(self.0), scratch)
    }
}

/// Perhaps nobody wants it.
impl<E: Element> Outgoing<E> for Option<Apart<'_, E>> {
    #[inline(always)]
    fn end(&self) -> Option<End> {
        None
    }

    #[inline(always)]
    fn take<'s>(
        &'s mut self,
        scratch: &'s mut [E],
        _count: usize,
    ) -> (Option<&'s mut [E]>, &'s mut [E]) {
        (self.as_mut().map(|apart| &mut *apart.0), scratch)
    }
}

impl<E: Element> Outgoing<E> for Within {
    #[inline(always)]
    fn end(&self) -> Option<End> {
        Some(self.0)
    }

    #[inline(always)]
    fn take<'s>(
        &'s mut self,
        scratch: &'s mut [E],
        count: usize,
    ) -> (Option<&'s mut [E]>, &'s mut [E]) {
        let (map, rest) = self.0.split(scratch, count);
        (Some(map), rest)
    }
}

/// A layer, or a chain of layers, between others. `scratch` is as long as the whole chain's needs say,
/// so that its ends are the same for all of them.
pub trait Linked: Layer {
    /// Computes the output and keeps nothing.
    fn infer_linked<E: Element, P: Weight, I: Incoming<E>, O: Outgoing<E>>(
        self,
        params: &[P],
        incoming: &I,
        scratch: &mut [E],
        outgoing: &mut O,
    );

    /// As [`infer_linked`](Self::infer_linked), of layers whose needs say that the last one
    /// [`adds`](crate::plan::Needs::adds): the output is added to what lies in `output`.
    fn infer_onto<E: Element, P: Weight, I: Incoming<E>>(
        self,
        params: &[P],
        incoming: &I,
        scratch: &mut [E],
        output: &mut [E],
    );

    /// The same of two layers or more, whose input is what lies in `map`.
    fn infer_around<E: Element, P: Weight>(self, params: &[P], scratch: &mut [E], map: &mut [E]);

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
    fn backward_linked<
        E: Element,
        S: Source<E>,
        T: GradientSink<E>,
        I: Outgoing<E>,
        O: Outgoing<E>,
    >(
        self,
        stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut O,
        scratch: &mut [E],
        d_input: &mut I,
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
    fn infer_linked<E: Element, P: Weight, I: Incoming<E>, O: Outgoing<E>>(
        self,
        params: &[P],
        incoming: &I,
        scratch: &mut [E],
        outgoing: &mut O,
    ) {
        if const { L::NEEDS.ends_in_place && I::IS_WITHIN } && outgoing.end().is_some() {
            let (map, rest) = outgoing.take(scratch, L::NEEDS.output);
            if let Some(map) = map {
                self.compute_in_place(params, rest, map);
            }
            return;
        }
        // The two lie at opposite ends: which is taken first makes no difference.
        let (output, rest) = outgoing.take(scratch, L::NEEDS.output);
        let (source, input, rest) = incoming.take(rest, L::NEEDS.input);
        if let Some(output) = output {
            self.compute(params, source, input, rest, output);
        }
    }

    #[inline(always)]
    fn infer_onto<E: Element, P: Weight, I: Incoming<E>>(
        self,
        params: &[P],
        incoming: &I,
        scratch: &mut [E],
        output: &mut [E],
    ) {
        let (source, input, _) = incoming.take(scratch, L::NEEDS.input);
        self.compute_onto(params, source, input, output);
    }

    #[inline(always)]
    fn infer_around<E: Element, P: Weight>(
        self,
        _params: &[P],
        _scratch: &mut [E],
        _map: &mut [E],
    ) {
        // It reads what it would write.
        computed(None);
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
    fn backward_linked<
        E: Element,
        S: Source<E>,
        T: GradientSink<E>,
        I: Outgoing<E>,
        O: Outgoing<E>,
    >(
        self,
        stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut O,
        scratch: &mut [E],
        d_input: &mut I,
    ) {
        let is_within = d_input.end().is_some();
        let (d_output, rest) = d_output.take(scratch, L::NEEDS.output);
        let (mut d_input, rest) = d_input.take(rest, L::NEEDS.input);
        if is_within
            && BatchStage::is(&stage, L::NEEDS.backward_stages - 1)
            && let Some(d_input) = &mut d_input
        {
            d_input.fill(E::ZERO);
        }
        if let Some(d_output) = d_output {
            self.backward_stage(stage, sink, saved, d_output, rest, d_input);
        }
    }

    #[inline(always)]
    fn keep_linked_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        self.keep_statistics(maps, samples, params);
    }
}
