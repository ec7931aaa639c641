//! Nodes behind one another: what [`Chain`](tinyconv::layers::Chain) is to types.

use tinyconv::plan::{Needs, Working};
use tinyconv::{BatchStage, Direct, DropoutKey, Element, GradientSink, Saved, Tape, Weight};

use super::node::Node;

/// One or more nodes, each of which reads what the one before gives.
///
/// Without a tape the maps between them lie at the two ends of the scratch in turn, the last one at the
/// front, and so do the maps' gradients. On the tape lie each node's own and the map after it, node by node.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    nodes: Vec<Node>,
    pub(super) needs: Needs,
}

/// Where `count` elements lie in a scratch, and the rest of it.
fn split<E>(scratch: &mut [E], at_front: bool, count: usize) -> (&mut [E], &mut [E]) {
    if at_front {
        scratch.split_at_mut(count)
    } else {
        let (rest, end) = scratch.split_at_mut(scratch.len() - count);
        (end, rest)
    }
}

impl Chain {
    /// The chain of `nodes`; none without a node.
    pub(super) fn new(nodes: Vec<Node>) -> Option<Self> {
        let needs = nodes.iter().map(|node| node.needs).reduce(Needs::then)?;
        Some(Self { nodes, needs })
    }

    /// Scratch of a backward pass.
    pub(super) const fn backward<E: Element>(needs: &Needs) -> Working {
        if E::LANES == 1 { needs.backward } else { needs.backward_lanes }
    }

    /// Whether the gradient of the map after a node lies at the front of the scratch.
    fn is_at_front(&self, node: usize) -> bool {
        (self.nodes.len() - node).is_multiple_of(2)
    }

    /// Computes the output and keeps nothing.
    pub(super) fn infer<E: Element, P: Weight>(
        &self,
        params: &[P],
        input: &[E],
        scratch: &mut [E],
        output: &mut [E],
    ) {
        let scratch = &mut scratch[..self.needs.infer.apart];
        match &self.nodes[..] {
            [only] => only.infer(params, input, scratch, output),
            [front @ .., last] => {
                let params = self.infer_front(front, params, input, scratch);
                let (map, rest) = split(scratch, true, last.needs.input);
                last.infer(params, map, rest, output);
            }
            [] => unreachable!("a chain has a node"),
        }
    }

    /// The same, of nodes the last of which adds its output to what lies in `output`.
    pub(super) fn infer_onto<E: Element, P: Weight>(
        &self,
        params: &[P],
        input: &[E],
        scratch: &mut [E],
        output: &mut [E],
    ) {
        let scratch = &mut scratch[..self.needs.infer.apart];
        match &self.nodes[..] {
            [only] => only.infer_onto(params, input, output),
            [front @ .., last] => {
                let params = self.infer_front(front, params, input, scratch);
                last.infer_onto(params, split(scratch, true, last.needs.input).0, output);
            }
            [] => unreachable!("a chain has a node"),
        }
    }

    /// The same of two nodes or more, whose input is what lies in `map`.
    pub(super) fn infer_around<E: Element, P: Weight>(
        &self,
        params: &[P],
        scratch: &mut [E],
        map: &mut [E],
    ) {
        let scratch = &mut scratch[..self.needs.infer.apart];
        let (last, front) = self.nodes.split_last().expect("a chain has a node");
        let params = self.infer_front(front, params, map, scratch);
        last.infer_onto(params, split(scratch, true, last.needs.input).0, map);
    }

    /// Computes the map before the last node, which comes to lie at the front of the scratch; returns the parameters of
    /// that node.
    fn infer_front<'p, E: Element, P: Weight>(
        &self,
        front: &[Node],
        mut params: &'p [P],
        input: &[E],
        scratch: &mut [E],
    ) -> &'p [P] {
        // Each map lies at the other end than the one before, the last one within at the front; one that is
        // computed in place stays where it is.
        let mut moves = self.needs.moves_within();
        for (index, node) in front.iter().enumerate() {
            let (own, after) = params.split_at(node.needs.params);
            params = after;
            let mut rest = &mut *scratch;
            let input = if index == 0 {
                input
            } else {
                let (map, free) = split(rest, moves.is_multiple_of(2), node.needs.input);
                rest = free;
                if node.needs.ends_in_place {
                    node.infer_in_place(own, rest, map);
                    continue;
                }
                &*map
            };
            moves -= node.needs.moves;
            let (output, rest) = split(rest, moves.is_multiple_of(2), node.needs.output);
            node.infer(own, input, rest, output);
        }
        params
    }

    /// One stage of the forward pass over a batch: a node's last stage is followed at once by the first one
    /// of the next.
    pub(super) fn forward_stage<E: Element>(
        &self,
        mut stage: BatchStage<'_, E>,
        mut params: &[f32],
        input: &[E],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        let Tape { mut maps, mut choices, mut key } = tape;
        let (mut input, mut output) = (input, output);
        let mut first = 0;
        let last = self.nodes.len() - 1;
        for (index, node) in self.nodes.iter().enumerate() {
            let needs = &node.needs;
            let (own_params, params_after) = params.split_at(needs.params);
            let (own_maps, maps_after) = maps.split_at_mut(needs.tape);
            let (own_choices, choices_after) = choices.split_at_mut(needs.choices);
            let (map, maps_after) = if index == last {
                (std::mem::take(&mut output), maps_after)
            } else {
                maps_after.split_at_mut(needs.output)
            };
            if (first..first + needs.stages).contains(&stage.index) {
                let tape = Tape { maps: own_maps, choices: own_choices, key };
                node.forward_stage(stage.of_part(first), own_params, input, tape, map);
            }
            first += needs.stages - 1;
            key = key.map(|key: DropoutKey<'_>| key.after(needs.draws));
            (params, maps, choices, input) = (params_after, maps_after, choices_after, map);
        }
    }

    /// One stage of the backward pass over a batch: a node's last stage is followed at once by the first one
    /// of the node before.
    pub(super) fn backward_stage<E: Element, T: GradientSink<E>>(
        &self,
        mut stage: BatchStage<'_, E>,
        mut sink: T,
        saved: Saved<'_, E, Direct>,
        d_output: &mut [E],
        scratch: &mut [E],
        mut d_input: Option<&mut [E]>,
    ) {
        let scratch = &mut scratch[..Self::backward::<E>(&self.needs).apart];
        let mut params = self.needs.params;
        let mut maps = &saved.maps[..self.needs.tape];
        let mut choices = &saved.choices[..self.needs.choices];
        let mut output = saved.output;
        let mut end = self.needs.backward_stages;
        let last = self.nodes.len() - 1;
        for (index, node) in self.nodes.iter().enumerate().rev() {
            let needs = &node.needs;
            params -= needs.params;
            let (sink_before, own_sink) = sink.split_at(params);
            let (maps_before, own_maps) = maps.split_at(maps.len() - needs.tape);
            let (choices_before, own_choices) = choices.split_at(choices.len() - needs.choices);
            let (maps_before, input) = if index == 0 {
                (maps_before, saved.input)
            } else {
                maps_before.split_at(maps_before.len() - needs.input)
            };
            let first = end - needs.backward_stages;
            if (first..end).contains(&stage.index) {
                let rest = &mut *scratch;
                let (d_output, rest) = if index == last {
                    (&mut *d_output, rest)
                } else {
                    split(rest, self.is_at_front(index), needs.output)
                };
                let (d_input, rest) = if index == 0 {
                    (d_input.as_deref_mut(), rest)
                } else {
                    let at_front = self.is_at_front(index - 1);
                    let (d_input, rest) = split(rest, at_front, needs.input);
                    if stage.index + 1 == end {
                        d_input.fill(E::ZERO);
                    }
                    (Some(d_input), rest)
                };
                let saved =
                    Saved { source: Direct, input, maps: own_maps, choices: own_choices, output };
                node.backward_stage(stage.of_part(first), own_sink, saved, d_output, rest, d_input);
            }
            end = first + 1;
            (sink, maps, choices, output) = (sink_before, maps_before, choices_before, input);
        }
    }

    /// Takes the statistics of a batch, which a forward pass left on the tape, into the running averages.
    pub(super) fn keep_statistics<E: Element>(
        &self,
        mut maps: &[E],
        samples: usize,
        mut params: &mut [f32],
    ) {
        for node in &self.nodes {
            let (own, after) = params.split_at_mut(node.needs.params);
            node.keep_statistics(&maps[..node.needs.tape], samples, own);
            params = after;
            // The output of the last node is not on the tape.
            maps = maps.get(node.needs.tape + node.needs.output..).unwrap_or_default();
        }
    }
}
