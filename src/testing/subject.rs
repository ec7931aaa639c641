//! What is run: the layers of a network as a type, or as a value.

use core::marker::PhantomData;

use crate::layers::{Apart, Given, Linked};
use crate::plan::Needs;
use crate::{BatchStage, Direct, Element, GradientSink, Saved, Tape};

/// The layers of a network. Blocks are as long as its needs say.
pub(crate) trait Subject {
    fn needs(&self) -> Needs;

    /// Elements that a backward pass works in.
    fn scratch<E: Element>(&self) -> usize;

    fn infer<E: Element>(&self, params: &[f32], input: &[E], output: &mut [E]);

    fn forward<E: Element>(
        &self,
        stage: Option<BatchStage<'_, E>>,
        params: &[f32],
        input: &[E],
        tape: Tape<'_, E>,
        output: &mut [E],
    );

    fn backward<E: Element, T: GradientSink<E>>(
        &self,
        stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, Direct>,
        d_output: &mut [E],
        scratch: &mut [E],
        d_input: &mut [E],
    );

    fn keep_statistics<E: Element>(&self, maps: &[E], samples: usize, params: &mut [f32]);
}

/// The layers as a type. Its functions are not inlined: a single copy is enough to compile.
pub(crate) struct Type<L>(PhantomData<L>);

impl<L> Type<L> {
    pub(crate) const NEW: Self = Self(PhantomData);
}

impl<L: Linked> Subject for Type<L> {
    fn needs(&self) -> Needs {
        L::NEEDS
    }

    fn scratch<E: Element>(&self) -> usize {
        let needs = if E::LANES == 1 { L::NEEDS.backward } else { L::NEEDS.backward_lanes };
        needs.apart
    }

    #[inline(never)]
    fn infer<E: Element>(&self, params: &[f32], input: &[E], output: &mut [E]) {
        let scratch = &mut super::nan(L::NEEDS.infer.apart);
        let given = Given(Direct, input);
        L::NEW.infer_linked(params, &given, scratch, &mut Apart(output));
    }

    #[inline(never)]
    fn forward<E: Element>(
        &self,
        stage: Option<BatchStage<'_, E>>,
        params: &[f32],
        input: &[E],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        L::NEW.forward_linked(stage, params, Direct, input, tape, output);
    }

    #[inline(never)]
    fn backward<E: Element, T: GradientSink<E>>(
        &self,
        stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, Direct>,
        d_output: &mut [E],
        scratch: &mut [E],
        d_input: &mut [E],
    ) {
        let (mut d_output, mut d_input) = (Apart(d_output), Apart(d_input));
        L::NEW.backward_linked(stage, sink, saved, &mut d_output, scratch, &mut d_input);
    }

    fn keep_statistics<E: Element>(&self, maps: &[E], samples: usize, params: &mut [f32]) {
        L::NEW.keep_linked_statistics(maps, samples, params);
    }
}
