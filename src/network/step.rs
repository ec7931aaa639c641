//! One training step through any chain of layers: forward pass, loss, backward pass.
//!
//! In two functions, so that a caller can look at the loss before anything is changed; each of them in
//! stages, where samples depend on each other.

use crate::layers::{Apart, Linked};
use crate::loss::{self, Goal, Loss};
use crate::plan::Needs;
use crate::{BatchStage, DropoutKey, Element, GradientSink, Outcome, Saved, Source, Tape};

/// The forward pass and the loss; `elements` keeps what [`backward`] needs.
#[inline(always)]
pub(crate) fn forward<L: Linked, E: Element, S: Source<E>, O: Loss>(
    params: &[f32],
    source: S,
    input: &[S::Raw],
    goal: Goal<'_, E, O>,
    elements: &mut [E],
    choices: &mut [E::Choice],
) -> Outcome<E> {
    forward_stage::<L, E, S>(None, params, source, input, None, elements, choices);
    outcome(L::NEEDS, goal, elements)
}

/// The loss of the output that a forward pass of layers with these `needs` has left.
#[inline(always)]
pub(crate) fn outcome<E: Element, O: Loss>(
    needs: Needs,
    goal: Goal<'_, E, O>,
    elements: &mut [E],
) -> Outcome<E> {
    let (output, rest) = elements[needs.tape..].split_at_mut(needs.output);
    let (kept, _) = rest.split_at_mut(needs.output);
    let loss = goal.loss.forward(output, goal.target, kept);
    Outcome { loss, predicted: loss::largest(output) }
}

/// One stage of the forward pass.
#[inline(always)]
pub(crate) fn forward_stage<L: Linked, E: Element, S: Source<E>>(
    stage: Option<BatchStage<'_, E>>,
    params: &[f32],
    source: S,
    input: &[S::Raw],
    key: Option<DropoutKey<'_>>,
    elements: &mut [E],
    choices: &mut [E::Choice],
) {
    let (maps, rest) = elements.split_at_mut(L::NEEDS.tape);
    let (output, _) = rest.split_at_mut(L::NEEDS.output);
    let tape = Tape { maps, choices, key };
    L::NEW.forward_linked(stage, params, source, input, tape, output);
}

/// One stage of the backward pass that follows the forward pass of the same samples; the first of them,
/// the last one, takes the loss.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "all that a step has")]
pub(crate) fn backward<L: Linked, E: Element, S: Source<E>, T: GradientSink<E>, O: Loss>(
    stage: Option<BatchStage<'_, E>>,
    sink: T,
    source: S,
    input: &[S::Raw],
    goal: Goal<'_, E, O>,
    scale: E,
    elements: &mut [E],
    choices: &[E::Choice],
) {
    let (maps, rest) = elements.split_at_mut(L::NEEDS.tape);
    let (output, rest) = rest.split_at_mut(L::NEEDS.output);
    let (d_output, scratch) = rest.split_at_mut(L::NEEDS.output);
    if BatchStage::is(&stage, L::NEEDS.backward_stages - 1) {
        goal.loss.backward(goal.target, scale, d_output);
    }
    let saved = Saved { source, input, maps, choices, output };
    let needs = if E::LANES == 1 { L::NEEDS.backward } else { L::NEEDS.backward_lanes };
    let (mut d_output, scratch) = (Apart(d_output), &mut scratch[..needs.apart]);
    L::NEW.backward_linked(stage, sink, saved, &mut d_output, scratch, &mut None);
}
