//! Layers one by one, those among them whose samples wait for each other included.

use core::fmt::Debug;

use super::layer::computed;
use crate::{BatchStage, Element, GradientSink, Operation, Saved, Source, Tape, Weight};

/// A pass through one layer, in stages where a batch takes several.
///
/// Every [`Operation`] is one, in one stage; batch normalisation, and what may contain it, takes more.
/// Without a stage, each sample is computed by itself.
pub trait Staged: Copy + Debug + Send + Sync + 'static {
    /// Stages of a forward pass over a batch, and of a backward pass.
    #[inline(always)]
    fn stages(self) -> [usize; 2] {
        [1, 1]
    }

    /// As [`Operation::infer`].
    fn compute<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        scratch: &mut [E],
        output: &mut [E],
    );

    /// As [`Operation::infer_in_place`].
    #[inline(always)]
    fn compute_in_place<E: Element, P: Weight>(
        self,
        _params: &[P],
        _scratch: &mut [E],
        _map: &mut [E],
    ) {
        computed(None);
    }

    /// As [`Operation::infer_onto`].
    #[inline(always)]
    fn compute_onto<E: Element, S: Source<E>, P: Weight>(
        self,
        _params: &[P],
        _source: S,
        _input: &[S::Raw],
        _output: &mut [E],
    ) {
        computed(None);
    }

    /// One stage of the forward pass over a batch; the output is complete after the last one.
    fn forward_stage<E: Element, S: Source<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        params: &[f32],
        source: S,
        input: &[S::Raw],
        tape: Tape<'_, E>,
        output: &mut [E],
    );

    /// One stage of the backward pass over a batch, the last one first; gradients are complete after
    /// stage 0. What is in `scratch` and `d_output` stays from stage to stage.
    fn backward_stage<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        scratch: &mut [E],
        d_input: Option<&mut [E]>,
    );

    /// Takes what a batch tells of its statistics, which the forward pass left on the tape of each
    /// sample, into the running averages among the parameters.
    fn keep_statistics<E: Element>(self, _maps: &[E], _samples: usize, _params: &mut [f32]) {}
}

impl<O: Operation> Staged for O {
    #[inline(always)]
    fn compute<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        scratch: &mut [E],
        output: &mut [E],
    ) {
        self.infer(params, source, input, scratch, output);
    }

    #[inline(always)]
    fn compute_in_place<E: Element, P: Weight>(
        self,
        params: &[P],
        scratch: &mut [E],
        map: &mut [E],
    ) {
        self.infer_in_place(params, scratch, map);
    }

    #[inline(always)]
    fn compute_onto<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        output: &mut [E],
    ) {
        self.infer_onto(params, source, input, output);
    }

    #[inline(always)]
    fn forward_stage<E: Element, S: Source<E>>(
        self,
        _stage: Option<BatchStage<'_, E>>,
        params: &[f32],
        source: S,
        input: &[S::Raw],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        self.forward(params, source, input, tape, output);
    }

    #[inline(always)]
    fn backward_stage<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        _stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        scratch: &mut [E],
        d_input: Option<&mut [E]>,
    ) {
        self.backward(sink, saved, d_output, scratch, d_input);
    }
}
