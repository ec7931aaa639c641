//! A block of layers that are computed together, as a value.

use tinyconv::layers::{AnyActivation, AnyLayer, Staged};
use tinyconv::plan::{Block, BlockKind, Needs, Placed, PlanBlocks};
use tinyconv::{Activation, BatchStage, Direct, Element, GradientSink, Saved, Tape, Weight};

use super::branches::Branches;
use super::chain::Chain;

/// A block.
#[derive(Clone, Debug)]
pub(super) struct Node {
    computes: Computes,
    /// What works in place on what that gives.
    activation: Option<AnyActivation>,
    pub(super) needs: Needs,
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all nodes are layers")]
enum Computes {
    Layer(AnyLayer),
    Branches(Box<Branches>),
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

/// The same of a layer that adds its output to what lies there.
#[inline(never)]
fn compute_onto<E: Element, P: Weight>(
    layer: AnyLayer,
    params: &[P],
    input: &[E],
    output: &mut [E],
) {
    layer.compute_onto(params, Direct, input, output);
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
            BlockKind::Branches => {
                let branches = block.branches()?;
                let activation = match branches.activation {
                    Some(index) => Some(AnyActivation::of(places[index].spec.kind)?),
                    None => None,
                };
                let branches = Branches::new(branches, block.needs, places)?;
                (Computes::Branches(Box::new(branches)), activation)
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
            Computes::Branches(branches) => branches.infer(params, input, scratch, output),
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
            Computes::Branches(branches) => branches.infer_in_place(params, scratch, map),
        }
        self.activate(map);
    }

    /// The same, of a node whose needs say that it adds its output to what lies there.
    pub(super) fn infer_onto<E: Element, P: Weight>(
        &self,
        params: &[P],
        input: &[E],
        output: &mut [E],
    ) {
        match &self.computes {
            Computes::Layer(layer) => compute_onto(*layer, params, input, output),
            Computes::Branches(_) => unreachable!("a block of branches does not add its output"),
        }
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
            Computes::Branches(branches) => {
                branches.forward_stage(stage, params, input, tape, output);
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
            Computes::Branches(branches) => {
                branches.backward_stage(stage, sink, saved, d_output, scratch, d_input);
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
            Computes::Branches(branches) => branches.keep_statistics(maps, samples, params),
        }
    }
}
