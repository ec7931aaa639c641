//! One training step through any chain of layers: forward pass, loss, backward pass.
//!
//! In two functions, so that a caller can look at the loss before anything is changed.

use crate::layer::{Layer, Record, Tape};
use crate::{Element, Outcome, Shape, Source, Trainable, loss};

/// Scratch of a step for one sample, in elements: the tape, the output, its gradient, and what the
/// backward pass works in.
pub(crate) const fn scratch<L: Layer>() -> usize {
    L::TAPE + 2 * L::Output::LEN + L::BACKWARD_SCRATCH
}

/// The forward pass and the loss; `elements` keeps what [`backward`] needs.
#[inline(always)]
pub(crate) fn forward<L: Layer, E: Element, S: Source<E>>(
    params: &[f32],
    source: S,
    input: &<L::Input as Shape>::Map<S::Raw>,
    label: E::Choice,
    elements: &mut [E],
    choices: &mut [E::Choice],
) -> Outcome<E> {
    let (tape, rest) = elements.split_at_mut(L::TAPE);
    let (output, rest) = rest.split_at_mut(L::Output::LEN);
    let (probabilities, _) = rest.split_at_mut(L::Output::LEN);
    L::forward(
        params,
        source,
        input,
        Tape { maps: tape, choices, draws: None },
        L::Output::view_mut(output),
    );
    let loss = loss::cross_entropy(output, label, probabilities);
    Outcome { loss, predicted: loss::largest(output) }
}

/// The backward pass that follows [`forward`] of the same sample.
#[inline(always)]
pub(crate) fn backward<L: Layer, E: Element, S: Source<E>, T: Trainable<E>>(
    trainable: T,
    source: S,
    input: &<L::Input as Shape>::Map<S::Raw>,
    label: E::Choice,
    scale: E,
    elements: &mut [E],
    choices: &[E::Choice],
) {
    let (tape, rest) = elements.split_at_mut(L::TAPE);
    let (output, rest) = rest.split_at_mut(L::Output::LEN);
    let (d_output, backward) = rest.split_at_mut(L::Output::LEN);
    loss::backward_cross_entropy(label, scale, d_output);
    let output = L::Output::view(output);
    L::backward(
        trainable,
        Record { source, input, maps: tape, choices, output },
        L::Output::view_mut(d_output),
        backward,
        None,
    );
}
