//! One training step through any chain of layers: forward pass, loss, backward pass.
//!
//! In two functions, so that a caller can look at the loss before anything is changed; and the same
//! in stages, for layers whose samples depend on each other.

use crate::layer::{Layer, Record, Tape};
use crate::loss::{self, Goal, Loss};
use crate::{Draws, Element, Outcome, Shape, Source, Stage, Trainable};

/// Scratch of a step for one sample, in elements: the tape, the output, its gradient, and what the
/// backward pass works in.
pub(crate) const fn scratch<L: Layer>() -> usize {
    L::TAPE + 2 * L::Output::LEN + L::BACKWARD_SCRATCH
}

/// The forward pass and the loss; `elements` keeps what [`backward`] needs.
#[inline(always)]
pub(crate) fn forward<L: Layer, E: Element, S: Source<E>, O: Loss>(
    params: &[f32],
    source: S,
    input: &<L::Input as Shape>::Map<S::Raw>,
    goal: Goal<'_, E, O>,
    elements: &mut [E],
    choices: &mut [E::Choice],
) -> Outcome<E> {
    let (tape, rest) = elements.split_at_mut(L::TAPE);
    let (output, _) = rest.split_at_mut(L::Output::LEN);
    let tape = Tape { maps: tape, choices, draws: None };
    L::forward(params, source, input, tape, L::Output::view_mut(output));
    outcome::<L, E, O>(goal, elements)
}

/// The loss of the output that a forward pass has left.
#[inline(always)]
pub(crate) fn outcome<L: Layer, E: Element, O: Loss>(
    goal: Goal<'_, E, O>,
    elements: &mut [E],
) -> Outcome<E> {
    let (output, rest) = elements[L::TAPE..].split_at_mut(L::Output::LEN);
    let (kept, _) = rest.split_at_mut(L::Output::LEN);
    let loss = goal.loss.forward(output, goal.target, kept);
    Outcome { loss, predicted: loss::largest(output) }
}

/// The backward pass that follows [`forward`] of the same sample.
#[inline(always)]
pub(crate) fn backward<L: Layer, E: Element, S: Source<E>, T: Trainable<E>, O: Loss>(
    trainable: T,
    source: S,
    input: &<L::Input as Shape>::Map<S::Raw>,
    goal: Goal<'_, E, O>,
    scale: E,
    elements: &mut [E],
    choices: &[E::Choice],
) {
    let (maps, rest) = elements.split_at_mut(L::TAPE);
    let (output, rest) = rest.split_at_mut(L::Output::LEN);
    let (d_output, scratch) = rest.split_at_mut(L::Output::LEN);
    goal.loss.backward(goal.target, scale, d_output);
    let output = L::Output::view(output);
    let record = Record { source, input, maps, choices, output };
    L::backward(trainable, record, L::Output::view_mut(d_output), scratch, None);
}

/// One stage of the forward pass.
#[inline(always)]
pub(crate) fn forward_stage<L: Layer, E: Element, S: Source<E>>(
    stage: Stage<'_, E>,
    params: &[f32],
    source: S,
    input: &<L::Input as Shape>::Map<S::Raw>,
    draws: Option<Draws<'_>>,
    elements: &mut [E],
    choices: &mut [E::Choice],
) {
    let (maps, rest) = elements.split_at_mut(L::TAPE);
    let (output, _) = rest.split_at_mut(L::Output::LEN);
    let tape = Tape { maps, choices, draws };
    L::forward_stage(stage, params, source, input, tape, L::Output::view_mut(output));
}

/// One stage of the backward pass; the first of them, the last one, takes the loss.
#[inline(always)]
pub(crate) fn backward_stage<L: Layer, E: Element, S: Source<E>, T: Trainable<E>, O: Loss>(
    stage: Stage<'_, E>,
    trainable: T,
    source: S,
    input: &<L::Input as Shape>::Map<S::Raw>,
    goal: Goal<'_, E, O>,
    scale: E,
    (elements, choices): (&mut [E], &[E::Choice]),
) {
    let (maps, rest) = elements.split_at_mut(L::TAPE);
    let (output, rest) = rest.split_at_mut(L::Output::LEN);
    let (d_output, scratch) = rest.split_at_mut(L::Output::LEN);
    if stage.index + 1 == L::BACKWARD_STAGES {
        goal.loss.backward(goal.target, scale, d_output);
    }
    let output = L::Output::view(output);
    let record = Record { source, input, maps, choices, output };
    let d_output = L::Output::view_mut(d_output);
    L::backward_stage(stage, trainable, record, d_output, scratch, None);
}
