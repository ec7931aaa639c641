//! What a forward pass leaves for the backward pass.

use crate::{DropoutKey, Element, Source};

/// Memory in which a forward pass keeps what the backward pass needs.
///
/// ```
/// use tinyconv::plan::DropoutOptions;
/// use tinyconv::layers::Dropout;
/// use tinyconv::{Direct, Operation, Tape};
///
/// // Without a key nothing is dropped: all masks are one.
/// let (mut maps, mut output) = ([0.0f32; 2], [0.0; 2]);
/// let tape = Tape { maps: &mut maps, choices: &mut [], key: None };
/// Dropout(DropoutOptions { keep: 0.5 }).forward(&[], Direct, &[4.0, 7.0], tape, &mut output);
/// assert_eq!((maps, output), ([1.0, 1.0], [4.0, 7.0]));
/// ```
#[derive(Debug)]
pub struct Tape<'a, E: Element> {
    /// [`Needs::tape`](crate::plan::Needs::tape) elements or more.
    pub maps: &'a mut [E],
    /// [`Needs::choices`](crate::plan::Needs::choices) choices or more.
    pub choices: &'a mut [E::Choice],
    /// What is drawn at random; without, nothing is random and nothing is dropped.
    pub key: Option<DropoutKey<'a>>,
}

/// What a forward pass saw and kept.
///
/// ```
/// use tinyconv::layers::Softmax;
/// use tinyconv::{Accumulate, Direct, Operation, Saved};
///
/// let mut d_input = [0.0f32; 2];
/// Softmax(()).backward(
///     Accumulate { parameters: &[], gradients: &mut [] },
///     Saved { source: Direct, input: &[7.0, 7.0], maps: &[], choices: &[], output: &[0.5, 0.5] },
///     &mut [4.0, 0.0],
///     &mut [],
///     Some(&mut d_input),
/// );
/// assert_eq!(d_input, [1.0, -1.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Saved<'a, E: Element, S: Source<E>> {
    /// How elements are made of the input.
    pub source: S,
    /// The layer's input.
    pub input: &'a [S::Raw],
    /// The tape's elements.
    pub maps: &'a [E],
    /// The tape's choices.
    pub choices: &'a [E::Choice],
    /// The layer's output.
    pub output: &'a [E],
}
