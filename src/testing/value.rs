//! The layers of a network as values, in the plainest way: every map has memory of its own.

use std::boxed::Box;

use super::{Subject, nan};
use crate::layers::{Activated, AnyActivation, AnyLayer, Pass, Staged};
use crate::plan::{Block, BlockKind, Needs, Placed, Plan, PlanBlocks};
use crate::{BatchStage, Direct, Element, GradientSink, Saved, Tape};

/// A layer, or layers in a row.
pub(crate) enum Value {
    Layer(Needs, Box<Activated<AnyLayer, AnyActivation>>),
    Residual(Needs, Box<Self>, AnyActivation),
    /// Two branches; their outputs lie one behind the other, or are added.
    Branches(Needs, Box<[Self; 2]>, bool, AnyActivation),
    Chain(Needs, Box<[Self; 2]>),
}

impl Value {
    pub(crate) fn of(plan: &Plan<'_>) -> Self {
        let places: std::vec::Vec<_> = plan.walk().collect();
        Self::of_blocks(plan.blocks(), &places)
    }

    fn of_blocks(blocks: PlanBlocks<'_>, places: &[Placed<'_>]) -> Self {
        let chain = |a: Self, b: Self| Self::Chain(a.needs().then(b.needs()), Box::new([a, b]));
        blocks.map(|block| Self::of_block(&block, places)).reduce(chain).expect("a layer")
    }

    /// A branch, or what hands on the input.
    fn of_branch(blocks: Option<PlanBlocks<'_>>, input: usize, places: &[Placed<'_>]) -> Self {
        match blocks {
            Some(blocks) if blocks.clone().next().is_some() => Self::of_blocks(blocks, places),
            _ => {
                let pass = AnyLayer::Pass(Pass(())).activated(AnyActivation::Identity);
                Self::Layer(Needs::layer(input, input, 0), Box::new(pass))
            }
        }
    }

    fn of_block(block: &Block<'_>, places: &[Placed<'_>]) -> Self {
        let place = |index: usize| &places[block.first_layer + index];
        let activation = |index: usize| AnyActivation::of(place(index).spec.kind);
        let none = AnyActivation::Identity;
        let layer = |layer: Option<AnyLayer>, activation: AnyActivation| {
            Self::Layer(block.needs, Box::new(layer.expect("a layer").activated(activation)))
        };
        let activated = |index: usize| activation(index).expect("an activation");
        match block.kind {
            BlockKind::Alone { spared } => layer(AnyLayer::of(place(spared)), none),
            BlockKind::Activated { spared } => {
                layer(AnyLayer::of(place(spared)), activated(spared + 1))
            }
            BlockKind::Activation => layer(AnyLayer::of(place(0)), activated(0)),
            BlockKind::ConvolutionPool | BlockKind::NormalisationPool => {
                layer(AnyLayer::with_pool(place(0), place(1), place(2)), none)
            }
            BlockKind::Branches => {
                let branches = block.branches().expect("a block of branches");
                let after = branches.activation.map(|index| places[index].spec.kind);
                let after = after.and_then(AnyActivation::of).unwrap_or(none);
                if branches.second.is_none() && !branches.concatenates {
                    let body = Box::new(Self::of_blocks(branches.first, places));
                    return Self::Residual(block.needs, body, after);
                }
                let of = |blocks| Self::of_branch(blocks, block.needs.input, places);
                let both = Box::new([of(Some(branches.first)), of(branches.second)]);
                Self::Branches(block.needs, both, branches.concatenates, after)
            }
        }
    }
}

/// Elements of the tape that keep the output of a residual block's body.
fn kept(body: &Value) -> usize {
    if body.needs().keeps_output { body.needs().output } else { 0 }
}

impl Subject for Value {
    fn needs(&self) -> Needs {
        let (Self::Layer(needs, _)
        | Self::Residual(needs, ..)
        | Self::Branches(needs, ..)
        | Self::Chain(needs, _)) = self;
        *needs
    }

    fn scratch<E: Element>(&self) -> usize {
        match self {
            Self::Layer(needs, _) if E::LANES == 1 => needs.backward.apart,
            Self::Layer(needs, _) => needs.backward_lanes.apart,
            Self::Residual(_, body, _) => body.scratch::<E>(),
            Self::Branches(needs, both, ..) => {
                needs.output + both[0].scratch::<E>() + both[1].scratch::<E>()
            }
            Self::Chain(_, both) => {
                both[0].needs().output + both[0].scratch::<E>() + both[1].scratch::<E>()
            }
        }
    }

    fn infer<E: Element>(&self, params: &[f32], input: &[E], output: &mut [E]) {
        match self {
            Self::Layer(needs, layer) => {
                layer.compute(params, Direct, input, &mut nan(needs.infer.apart), output);
            }
            Self::Residual(_, body, after) => {
                body.infer(params, input, output);
                add_and_activate(input, *after, output);
            }
            Self::Branches(_, both, concatenates, after) => {
                let [a, b] = &**both;
                let (of_a, of_b) = params.split_at(a.needs().params);
                let [mut y_a, mut y_b] = [nan(a.needs().output), nan(b.needs().output)];
                a.infer(of_a, input, &mut y_a);
                b.infer(of_b, input, &mut y_b);
                join(&y_a, &y_b, *concatenates, *after, output);
            }
            Self::Chain(_, both) => {
                let [a, b] = &**both;
                let mut middle = nan(a.needs().output);
                let (of_a, of_b) = params.split_at(a.needs().params);
                a.infer(of_a, input, &mut middle);
                b.infer(of_b, &middle, output);
            }
        }
    }

    fn forward<E: Element>(
        &self,
        stage: Option<BatchStage<'_, E>>,
        params: &[f32],
        input: &[E],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        match self {
            Self::Layer(_, layer) => {
                layer.forward_stage(stage, params, Direct, input, tape, output);
            }
            Self::Residual(needs, body, after) => {
                let is_last = BatchStage::is(&stage, needs.stages - 1);
                let (kept, maps) = tape.maps.split_at_mut(kept(body));
                body.forward(stage, params, input, Tape { maps, ..tape }, output);
                if is_last {
                    let count = kept.len();
                    kept.copy_from_slice(&output[..count]);
                    add_and_activate(input, *after, output);
                }
            }
            Self::Branches(needs, both, concatenates, after) => {
                let ([a, b], of_first) = (&**both, both[0].needs());
                let kept = if *concatenates { [0; 2] } else { [kept(a), b.needs().output] };
                let (params_a, params_b) = params.split_at(of_first.params);
                let (kept_a, maps) = tape.maps.split_at_mut(kept[0]);
                let (maps_a, maps) = maps.split_at_mut(of_first.tape);
                let (maps_b, kept_b) = maps.split_at_mut(b.needs().tape);
                let (choices_a, choices_b) = tape.choices.split_at_mut(of_first.choices);
                let key_b = tape.key.map(|key| key.after(of_first.draws));
                let tape_a = Tape { maps: maps_a, choices: choices_a, key: tape.key };
                let tape_b = Tape { maps: maps_b, choices: choices_b, key: key_b };
                let is_last = BatchStage::is(&stage, needs.stages - 1);
                let mut stage = stage;
                let [runs_a, runs_b] = BatchStage::runs(&stage, of_first.stages);
                let (y_a, y_b) = output.split_at_mut(of_first.output);
                if runs_a {
                    let stage = stage.as_mut().map(|stage| stage.of_part(0));
                    a.forward(stage, params_a, input, tape_a, y_a);
                    let count = kept_a.len();
                    kept_a.copy_from_slice(&y_a[..count]);
                }
                if runs_b {
                    let stage = stage.as_mut().map(|stage| stage.of_part(of_first.stages - 1));
                    let y_b = if *concatenates { y_b } else { &mut kept_b[..kept[1]] };
                    b.forward(stage, params_b, input, tape_b, y_b);
                }
                if is_last && !concatenates {
                    let y_a = y_a.to_vec();
                    join(&y_a, &kept_b[..kept[1]], false, *after, output);
                }
            }
            Self::Chain(_, both) => {
                let ([a, b], needs) = (&**both, both[0].needs());
                let (of_a, of_b) = params.split_at(needs.params);
                let (maps_a, maps) = tape.maps.split_at_mut(needs.tape);
                let (middle, maps_b) = maps.split_at_mut(needs.output);
                let (choices_a, choices_b) = tape.choices.split_at_mut(needs.choices);
                let key_b = tape.key.map(|key| key.after(needs.draws));
                let tape_a = Tape { maps: maps_a, choices: choices_a, key: tape.key };
                let tape_b = Tape { maps: maps_b, choices: choices_b, key: key_b };
                let [stage_a, stage_b] = [0, needs.stages - 1];
                let mut stage = stage;
                if stage.as_ref().is_none_or(|stage| stage.index < needs.stages) {
                    let stage = stage.as_mut().map(|stage| stage.of_part(stage_a));
                    a.forward(stage, of_a, input, tape_a, middle);
                }
                if stage.as_ref().is_none_or(|stage| stage.index >= stage_b) {
                    let stage = stage.as_mut().map(|stage| stage.of_part(stage_b));
                    b.forward(stage, of_b, middle, tape_b, output);
                }
            }
        }
    }

    fn backward<E: Element, T: GradientSink<E>>(
        &self,
        mut stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, Direct>,
        d_output: &mut [E],
        scratch: &mut [E],
        d_input: &mut [E],
    ) {
        match self {
            Self::Layer(_, layer) => {
                layer.backward_stage(stage, sink, saved, d_output, scratch, Some(d_input));
            }
            Self::Residual(needs, body, after) => {
                if BatchStage::is(&stage, needs.backward_stages - 1) {
                    for ((d, &y), d_x) in d_output.iter_mut().zip(saved.output).zip(&mut *d_input) {
                        *d = crate::Activation::backward(*after, y, *d);
                        *d_x = *d_x + *d;
                    }
                }
                let (kept, maps) = saved.maps.split_at(kept(body));
                let output = if body.needs().keeps_output { kept } else { saved.output };
                let saved = Saved { maps, output, ..saved };
                body.backward(stage, sink, saved, d_output, scratch, d_input);
            }
            Self::Branches(needs, both, concatenates, after) => {
                let ([a, b], of_first) = (&**both, both[0].needs());
                let kept = if *concatenates { [0; 2] } else { [kept(a), b.needs().output] };
                let (sink_a, sink_b) = sink.split_at(of_first.params);
                let (kept_a, maps) = saved.maps.split_at(kept[0]);
                let (maps_a, maps) = maps.split_at(of_first.tape);
                let (maps_b, kept_b) = maps.split_at(b.needs().tape);
                let (choices_a, choices_b) = saved.choices.split_at(of_first.choices);
                let (mut y_a, mut y_b) = saved.output.split_at(of_first.output);
                if !concatenates {
                    y_a = if a.needs().keeps_output { kept_a } else { y_a };
                    y_b = &kept_b[..kept[1]];
                }
                let saved_a = Saved { maps: maps_a, choices: choices_a, output: y_a, ..saved };
                let saved_b = Saved { maps: maps_b, choices: choices_b, output: y_b, ..saved };
                let (copy, scratch) = scratch.split_at_mut(needs.output);
                let (scratch_a, scratch_b) = scratch.split_at_mut(a.scratch::<E>());
                if BatchStage::is(&stage, needs.backward_stages - 1) {
                    for (d, &y) in d_output.iter_mut().zip(saved.output) {
                        *d = crate::Activation::backward(*after, y, *d);
                    }
                    copy.copy_from_slice(d_output);
                }
                let d_b = if *concatenates { &mut copy[of_first.output..] } else { copy };
                let [runs_a, runs_b] = BatchStage::runs(&stage, of_first.backward_stages);
                if runs_b {
                    let earlier = of_first.backward_stages - 1;
                    let stage = stage.as_mut().map(|stage| stage.of_part(earlier));
                    b.backward(stage, sink_b, saved_b, d_b, scratch_b, d_input);
                }
                if runs_a {
                    let stage = stage.as_mut().map(|stage| stage.of_part(0));
                    let d_a = &mut d_output[..of_first.output];
                    a.backward(stage, sink_a, saved_a, d_a, scratch_a, d_input);
                }
            }
            Self::Chain(_, both) => {
                let ([a, b], needs) = (&**both, both[0].needs());
                let (sink_a, sink_b) = sink.split_at(needs.params);
                let (maps_a, maps) = saved.maps.split_at(needs.tape);
                let (middle, maps_b) = maps.split_at(needs.output);
                let (choices_a, choices_b) = saved.choices.split_at(needs.choices);
                let saved_a = Saved { maps: maps_a, choices: choices_a, output: middle, ..saved };
                let saved_b = Saved { input: middle, maps: maps_b, choices: choices_b, ..saved };
                let (d_middle, scratch) = scratch.split_at_mut(needs.output);
                let (scratch_a, scratch_b) = scratch.split_at_mut(a.scratch::<E>());
                let of_b = needs.backward_stages - 1;
                if stage.as_ref().is_none_or(|stage| stage.index >= of_b) {
                    let stage = stage.as_mut().map(|stage| stage.of_part(of_b));
                    if BatchStage::is(&stage, b.needs().backward_stages - 1) {
                        d_middle.fill(E::ZERO);
                    }
                    b.backward(stage, sink_b, saved_b, d_output, scratch_b, d_middle);
                }
                if stage.as_ref().is_none_or(|stage| stage.index < needs.backward_stages) {
                    let stage = stage.as_mut().map(|stage| stage.of_part(0));
                    a.backward(stage, sink_a, saved_a, d_middle, scratch_a, d_input);
                }
            }
        }
    }

    fn keep_statistics<E: Element>(&self, maps: &[E], samples: usize, params: &mut [f32]) {
        match self {
            Self::Layer(_, layer) => layer.keep_statistics(maps, samples, params),
            Self::Residual(_, body, _) => {
                body.keep_statistics(&maps[kept(body)..], samples, params);
            }
            Self::Branches(_, both, concatenates, _) => {
                let [a, b] = &**both;
                let (of_a, of_b) = params.split_at_mut(a.needs().params);
                let maps = if *concatenates { maps } else { &maps[kept(a)..] };
                a.keep_statistics(maps, samples, of_a);
                b.keep_statistics(&maps[a.needs().tape..], samples, of_b);
            }
            Self::Chain(_, both) => {
                let ([a, b], needs) = (&**both, both[0].needs());
                let (of_a, of_b) = params.split_at_mut(needs.params);
                a.keep_statistics(maps, samples, of_a);
                b.keep_statistics(&maps[needs.tape + needs.output..], samples, of_b);
            }
        }
    }
}

/// `output[k] = activation(input[k] + output[k])`
fn add_and_activate<E: Element>(input: &[E], activation: AnyActivation, output: &mut [E]) {
    for (y, &x) in output.iter_mut().zip(input) {
        *y = crate::Activation::forward(activation, x + *y);
    }
}

/// The outputs of two branches: one behind the other, or added and activated.
fn join<E: Element>(
    a: &[E],
    b: &[E],
    concatenates: bool,
    activation: AnyActivation,
    output: &mut [E],
) {
    if concatenates {
        let (of_a, of_b) = output.split_at_mut(a.len());
        of_a.copy_from_slice(a);
        of_b.copy_from_slice(b);
    } else {
        output.copy_from_slice(b);
        add_and_activate(a, activation, output);
    }
}
