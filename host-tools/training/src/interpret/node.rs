//! A block of layers that are computed together, as a value.

use tinyconv::layers::{AnyActivation, AnyLayer, Staged};
use tinyconv::plan::{Block, BlockKind, Class, Needs, Placed, PlanBlocks};
use tinyconv::{Activation, BatchStage, Direct, Element, GradientSink, Saved, Tape, Weight};

use super::chain::Chain;
use super::residual::Residual;

/// A block.
#[derive(Clone, Debug)]
pub(super) struct Node {
    computes: Computes,
    /// What works in place on what that gives.
    activation: Option<AnyActivation>,
    pub(super) needs: Needs,
}

#[derive(Clone, Debug)]
enum Computes {
    Layer(AnyLayer),
    Residual(Residual),
}

/// Computes a layer; by itself, so that it is compiled once for each element.
#[inline(never)]
pub(super) fn compute<E: Element, P: Weight>(
    layer: AnyLayer,
    params: &[P],
    input: &[E],
    scratch: &mut [E],
    output: &mut [E],
) {
    layer.compute(params, Direct, input, scratch, output);
}

/// An activation in place.
pub(super) fn activate<E: Element>(activation: AnyActivation, output: &mut [E]) {
    for y in output {
        *y = activation.forward(*y);
    }
}

impl Node {
    /// The nodes of `blocks`, whose layers have the `places` of the network.
    pub(super) fn chain(blocks: PlanBlocks<'_>, places: &[Placed<'_>]) -> Option<Chain> {
        Chain::new(blocks.map(|block| Self::new(&block, places)).collect::<Option<Vec<_>>>()?)
    }

    fn new(block: &Block<'_>, places: &[Placed<'_>]) -> Option<Self> {
        let place = |index: usize| &places[block.first_layer + index];
        let activation = |index: usize| AnyActivation::of(place(index).spec.kind);
        let layer = |index: usize| AnyLayer::of(place(index)).map(Computes::Layer);
        let (computes, activation) = match block.kind {
            BlockKind::Alone { spared } => (layer(spared)?, None),
            BlockKind::Activated { spared } => (layer(spared)?, Some(activation(spared + 1)?)),
            BlockKind::Activation => (layer(0)?, Some(activation(0)?)),
            BlockKind::ConvolutionPool | BlockKind::NormalisationPool => {
                let fused = AnyLayer::with_pool(place(0), place(1), place(2))?;
                (Computes::Layer(fused), None)
            }
            BlockKind::Residual => {
                let body = Self::chain(block.body(), places)?;
                // What comes after its join, if that is within the block.
                let last = block.layers.len() - 1;
                let is_activation = place(last).spec.kind.class() == Class::Activation;
                let activation = if is_activation { Some(activation(last)?) } else { None };
                (Computes::Residual(Residual::new(body)), activation)
            }
        };
        Some(Self { computes, activation, needs: block.needs })
    }

    fn activate<E: Element>(&self, output: &mut [E]) {
        if let Some(activation) = self.activation {
            activate(activation, output);
        }
    }

    /// Computes the output and keeps nothing.
    pub(super) fn infer<E: Element, P: Weight>(
        &self,
        params: &[P],
        input: &[E],
        scratch: &mut [E],
        output: &mut [E],
    ) {
        match &self.computes {
            Computes::Layer(layer) => compute(*layer, params, input, scratch, output),
            Computes::Residual(residual) => residual.infer(params, input, scratch, output),
        }
        self.activate(output);
    }

    /// The same, of a node whose needs say that it leaves the output where the input was.
    pub(super) fn infer_in_place<E: Element, P: Weight>(
        &self,
        params: &[P],
        scratch: &mut [E],
        map: &mut [E],
    ) {
        match &self.computes {
            Computes::Layer(layer) => layer.compute_in_place(params, scratch, map),
            Computes::Residual(_) => unreachable!("the input of a residual block is needed longer"),
        }
        self.activate(map);
    }

    /// One stage of the forward pass over a batch.
    pub(super) fn forward_stage<E: Element>(
        &self,
        stage: BatchStage<'_, E>,
        params: &[f32],
        input: &[E],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        let is_last = stage.index + 1 == self.needs.stages;
        match &self.computes {
            Computes::Layer(layer) => {
                layer.forward_stage(Some(stage), params, Direct, input, tape, output);
            }
            Computes::Residual(residual) => {
                residual.forward_stage(stage, params, input, tape, output);
            }
        }
        if is_last {
            self.activate(output);
        }
    }

    /// One stage of the backward pass over a batch.
    pub(super) fn backward_stage<E: Element, T: GradientSink<E>>(
        &self,
        stage: BatchStage<'_, E>,
        sink: T,
        saved: Saved<'_, E, Direct>,
        d_output: &mut [E],
        scratch: &mut [E],
        d_input: Option<&mut [E]>,
    ) {
        if stage.index + 1 == self.needs.backward_stages
            && let Some(activation) = self.activation
        {
            for (d, &y) in d_output.iter_mut().zip(saved.output) {
                *d = activation.backward(y, *d);
            }
        }
        match &self.computes {
            Computes::Layer(layer) => {
                layer.backward_stage(Some(stage), sink, saved, d_output, scratch, d_input);
            }
            Computes::Residual(residual) => {
                residual.backward_stage(stage, sink, saved, d_output, scratch, d_input);
            }
        }
    }

    /// Takes the statistics of a batch, which a forward pass left on the tape, into the running averages.
    pub(super) fn keep_statistics<E: Element>(
        &self,
        maps: &[E],
        samples: usize,
        params: &mut [f32],
    ) {
        match &self.computes {
            Computes::Layer(layer) => layer.keep_statistics(maps, samples, params),
            Computes::Residual(residual) => residual.keep_statistics(maps, samples, params),
        }
    }
}
