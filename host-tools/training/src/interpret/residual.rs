//! A block with a skip connection: what [`Residual`](tinyconv::layers::Residual) is to types.

use tinyconv::plan::Needs;
use tinyconv::{BatchStage, Direct, Element, GradientSink, Saved, Tape, Weight};

use super::chain::Chain;

/// `output = input + body(input)`
#[derive(Clone, Debug)]
pub(super) struct Residual {
    body: Chain,
    /// Elements of the tape that keep the body's output, where its backward pass reads that.
    kept: usize,
}

/// `output[k] = input[k] + output[k]`
fn add<E: Element>(input: &[E], output: &mut [E]) {
    for (y, &x) in output.iter_mut().zip(input) {
        *y = x + *y;
    }
}

impl Residual {
    pub(super) const fn new(body: Chain) -> Self {
        let Needs { keeps_output, output, .. } = body.needs;
        Self { body, kept: if keeps_output { output } else { 0 } }
    }

    pub(super) fn infer<E: Element, P: Weight>(
        &self,
        params: &[P],
        input: &[E],
        scratch: &mut [E],
        output: &mut [E],
    ) {
        self.body.infer(params, input, scratch, output);
        add(input, output);
    }

    pub(super) fn forward_stage<E: Element>(
        &self,
        stage: BatchStage<'_, E>,
        params: &[f32],
        input: &[E],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        let is_last = stage.index + 1 == self.body.needs.stages;
        let (kept, maps) = tape.maps.split_at_mut(self.kept);
        self.body.forward_stage(stage, params, input, Tape { maps, ..tape }, output);
        if is_last {
            kept.copy_from_slice(&output[..self.kept]);
            add(input, output);
        }
    }

    pub(super) fn backward_stage<E: Element, T: GradientSink<E>>(
        &self,
        stage: BatchStage<'_, E>,
        sink: T,
        saved: Saved<'_, E, Direct>,
        d_output: &mut [E],
        scratch: &mut [E],
        mut d_input: Option<&mut [E]>,
    ) {
        if stage.index + 1 == self.body.needs.backward_stages
            && let Some(d_input) = &mut d_input
        {
            for (d_x, &d) in d_input.iter_mut().zip(&*d_output) {
                *d_x = *d_x + d;
            }
        }
        let (kept, maps) = saved.maps.split_at(self.kept);
        let output = if self.body.needs.keeps_output { kept } else { saved.output };
        let saved = Saved { maps, output, ..saved };
        self.body.backward_stage(stage, sink, saved, d_output, scratch, d_input);
    }

    pub(super) fn keep_statistics<E: Element>(
        &self,
        maps: &[E],
        samples: usize,
        params: &mut [f32],
    ) {
        self.body.keep_statistics(&maps[self.kept..], samples, params);
    }
}
