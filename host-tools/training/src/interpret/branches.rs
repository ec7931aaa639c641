//! A block of branches: what [`Residual`](tinyconv::layers::Residual), [`Projected`](tinyconv::layers::Projected) and
//! [`Concat`](tinyconv::layers::Concat) are to types.

use tinyconv::plan::{self, Needs, Placed};
use tinyconv::{BatchStage, Direct, Element, GradientSink, Saved, Tape, Weight};

use super::chain::Chain;

/// Two branches, or one beside the block's input itself; the needs are the block's.
#[derive(Clone, Debug)]
pub(super) struct Branches {
    /// Without layers, it hands on the input.
    first: Option<Chain>,
    /// Without a second branch, the input.
    second: Option<Chain>,
    join: Join,
    needs: Needs,
    /// Elements of the first output, and of the second one.
    outputs: [usize; 2],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    /// `input + A(input)`
    Residual,
    /// `A(input) + B(input)`
    Add,
    /// `[A(input), B(input)]`
    Concat,
}

/// `output[k] = other[k] + output[k]`
fn add<E: Element>(other: &[E], output: &mut [E]) {
    for (y, &x) in output.iter_mut().zip(other) {
        *y = x + *y;
    }
}

/// What a branch that may have no layers needs: nothing of what is asked for, without.
fn of(branch: Option<&Chain>, ask: impl Fn(&Needs) -> usize) -> usize {
    branch.map_or(0, |chain| ask(&chain.needs))
}

/// The stages of a branch; one without layers has one.
fn stages(branch: Option<&Chain>, ask: impl Fn(&Needs) -> usize) -> usize {
    of(branch, ask).max(1)
}

/// Adds `d_output` to `d_input`: the backward pass of a branch without layers.
fn pass<E: Element>(d_output: &[E], d_input: Option<&mut [E]>) {
    if let Some(d_input) = d_input {
        for (d_x, &d) in d_input.iter_mut().zip(d_output) {
            *d_x = *d_x + d;
        }
    }
}

impl Branches {
    pub(super) fn new(
        branches: plan::Branches<'_>,
        needs: Needs,
        places: &[Placed<'_>],
    ) -> Option<Self> {
        let chain = |blocks: plan::PlanBlocks<'_>| match blocks.clone().next() {
            None => Some(None),
            Some(_) => super::node::Node::chain(blocks, places).map(Some),
        };
        let first = chain(branches.first)?;
        let second = match branches.second {
            Some(blocks) => chain(blocks)?,
            None => None,
        };
        let join = match (branches.concatenates, &branches.second) {
            (true, _) => Join::Concat,
            (false, None) => Join::Residual,
            (false, Some(_)) => Join::Add,
        };
        let output =
            |branch: &Option<Chain>| branch.as_ref().map_or(needs.input, |it| it.needs.output);
        let outputs = [output(&first), output(&second)];
        Some(Self { first, second, join, needs, outputs })
    }

    /// Elements of the tape that keep the outputs of the branches.
    fn kept(&self) -> [usize; 2] {
        let first = of(self.first.as_ref(), |it| if it.keeps_output { it.output } else { 0 });
        match self.join {
            Join::Residual => [first, 0],
            Join::Add => [first, self.outputs[1]],
            Join::Concat => [0, 0],
        }
    }

    pub(super) fn infer<E: Element, P: Weight>(
        &self,
        params: &[P],
        input: &[E],
        scratch: &mut [E],
        output: &mut [E],
    ) {
        let (params_a, params_b) = params.split_at(of(self.first.as_ref(), |it| it.params));
        let run = |chain: &Option<Chain>, params: &[P], scratch: &mut [E], output: &mut [E]| {
            match chain {
                Some(chain) => chain.infer(params, input, scratch, output),
                None => output.copy_from_slice(input),
            }
        };
        match (self.join, &self.second) {
            (Join::Residual, _) => {
                run(&self.first, params_a, scratch, output);
                add(input, output);
            }
            (Join::Add, Some(second)) if second.needs.adds => {
                run(&self.first, params_a, scratch, output);
                second.infer_onto(params_b, input, scratch, output);
            }
            (Join::Add, _) => {
                run(&self.first, params_a, scratch, output);
                let (other, scratch) = scratch.split_at_mut(self.outputs[1]);
                run(&self.second, params_b, scratch, other);
                add(other, output);
            }
            (Join::Concat, _) => {
                let (of_a, of_b) = output.split_at_mut(self.outputs[0]);
                run(&self.first, params_a, scratch, of_a);
                run(&self.second, params_b, scratch, of_b);
            }
        }
    }

    /// The same, where the needs say that the output lies where the input was.
    pub(super) fn infer_in_place<E: Element, P: Weight>(
        &self,
        params: &[P],
        scratch: &mut [E],
        map: &mut [E],
    ) {
        let body = self.first.as_ref().expect("only a residual block is in place");
        body.infer_around(params, scratch, map);
    }

    /// The last stage of the first branch is followed at once by the first one of the second.
    pub(super) fn forward_stage<E: Element>(
        &self,
        mut stage: BatchStage<'_, E>,
        params: &[f32],
        input: &[E],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        let (first, second) = (self.first.as_ref(), self.second.as_ref());
        let is_last = stage.index + 1 == self.needs.stages;
        let of_first = stages(first, |it| it.stages);
        let Tape { maps, choices, key } = tape;
        let [kept_a, kept_b] = self.kept();
        let (params_a, params_b) = params.split_at(of(first, |it| it.params));
        let (kept, maps) = maps.split_at_mut(kept_a);
        let (maps_a, maps) = maps.split_at_mut(of(first, |it| it.tape));
        let (maps_b, other) = maps.split_at_mut(of(second, |it| it.tape));
        let (choices_a, choices_b) = choices.split_at_mut(of(first, |it| it.choices));
        let key_b = key.map(|key| key.after(of(first, |it| it.draws)));
        let (of_a, of_b) = output.split_at_mut(self.outputs[0]);
        if stage.index < of_first {
            match first {
                Some(chain) => {
                    let tape = Tape { maps: maps_a, choices: choices_a, key };
                    chain.forward_stage(stage.of_part(0), params_a, input, tape, of_a);
                }
                None => of_a.copy_from_slice(input),
            }
            kept.copy_from_slice(&of_a[..kept_a]);
        }
        if stage.index + 1 >= of_first && self.join != Join::Residual {
            let of_b = if self.join == Join::Concat { of_b } else { &mut other[..kept_b] };
            match second {
                Some(chain) => {
                    let tape = Tape { maps: maps_b, choices: choices_b, key: key_b };
                    chain.forward_stage(stage.of_part(of_first - 1), params_b, input, tape, of_b);
                }
                None => of_b.copy_from_slice(input),
            }
        }
        if is_last {
            match self.join {
                Join::Residual => add(input, output),
                Join::Add => add(&other[..kept_b], output),
                Join::Concat => {}
            }
        }
    }

    /// The last stage of the second branch is followed at once by the first one of the first.
    pub(super) fn backward_stage<E: Element, T: GradientSink<E>>(
        &self,
        mut stage: BatchStage<'_, E>,
        sink: T,
        saved: Saved<'_, E, Direct>,
        d_output: &mut [E],
        scratch: &mut [E],
        mut d_input: Option<&mut [E]>,
    ) {
        let (first, second) = (self.first.as_ref(), self.second.as_ref());
        let is_first_stage = stage.index + 1 == self.needs.backward_stages;
        let of_first = stages(first, |it| it.backward_stages);
        let (sink_a, sink_b) = sink.split_at(of(first, |it| it.params));
        let [kept_a, kept_b] = self.kept();
        let Saved { source, input, maps, choices, output } = saved;
        let (kept, maps) = maps.split_at(kept_a);
        let (maps_a, maps) = maps.split_at(of(first, |it| it.tape));
        let (maps_b, other) = maps.split_at(of(second, |it| it.tape));
        let (choices_a, choices_b) = choices.split_at(of(first, |it| it.choices));
        let (mut y_a, mut y_b) = output.split_at(self.outputs[0]);
        if self.join != Join::Concat {
            y_a = if kept_a > 0 { kept } else { y_a };
            y_b = &other[..kept_b];
        }
        let saved_a = Saved { source, input, maps: maps_a, choices: choices_a, output: y_a };
        let saved_b = Saved { source, input, maps: maps_b, choices: choices_b, output: y_b };
        // Where outputs are added, either branch overwrites what it is given.
        let copied = if self.join == Join::Add { d_output.len() } else { 0 };
        let (copy, scratch) = scratch.split_at_mut(copied);
        if is_first_stage {
            copy.copy_from_slice(&d_output[..copied]);
        }
        if stage.index + 1 >= of_first {
            let d_b = match self.join {
                Join::Add => copy,
                Join::Concat => &mut d_output[self.outputs[0]..],
                Join::Residual => &mut *d_output,
            };
            match second {
                Some(chain) => {
                    let stage = stage.of_part(of_first - 1);
                    let d_input = d_input.as_deref_mut();
                    chain.backward_stage(stage, sink_b, saved_b, d_b, scratch, d_input);
                }
                None if is_first_stage => pass(d_b, d_input.as_deref_mut()),
                None => {}
            }
        }
        if stage.index < of_first {
            let d_a = &mut d_output[..self.outputs[0]];
            match first {
                Some(chain) => {
                    let stage = stage.of_part(0);
                    chain.backward_stage(stage, sink_a, saved_a, d_a, scratch, d_input);
                }
                None => pass(d_a, d_input),
            }
        }
    }

    pub(super) fn keep_statistics<E: Element>(
        &self,
        maps: &[E],
        samples: usize,
        params: &mut [f32],
    ) {
        let (first, second) = (self.first.as_ref(), self.second.as_ref());
        let (params_a, params_b) = params.split_at_mut(of(first, |it| it.params));
        let (maps_a, maps_b) = maps[self.kept()[0]..].split_at(of(first, |it| it.tape));
        if let Some(first) = first {
            first.keep_statistics(maps_a, samples, params_a);
        }
        if let Some(second) = second {
            second.keep_statistics(maps_b, samples, params_b);
        }
    }
}
