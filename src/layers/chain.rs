//! Two layers, one after the other; nested to the left, a network of any depth.

use core::marker::PhantomData;

use crate::layer::{Layer, Record, Tape};
use crate::{Direct, Element, Init, Random, Shape, Source, Trainable};

/// `output = B(A(input))`.
///
/// Inference holds the map between the two, and what the deeper of them needs besides; so of a
/// chain nested to the left, at most two neighbouring maps live at once. Training keeps all maps.
///
/// # Shapes
/// The output of `A` is the input of `B`. Parameters: those of `A`, then those of `B`.
#[derive(Clone, Copy, Debug)]
pub struct Chain<A, B>(PhantomData<(A, B)>);

const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

impl<A: Layer, B: Layer<Input = A::Output>> Layer for Chain<A, B> {
    type Input = A::Input;
    type Output = B::Output;

    const PARAMS: usize = A::PARAMS + B::PARAMS;
    const INFER_SCRATCH: usize = A::Output::LEN + larger(A::INFER_SCRATCH, B::INFER_SCRATCH);
    const TAPE: usize = A::TAPE + A::Output::LEN + B::TAPE;
    const CHOICES: usize = A::CHOICES + B::CHOICES;
    const BACKWARD_SCRATCH: usize =
        A::Output::LEN + larger(A::BACKWARD_SCRATCH, B::BACKWARD_SCRATCH);
    const BACKWARD_SCRATCH_LANES: usize =
        A::Output::LEN + larger(A::BACKWARD_SCRATCH_LANES, B::BACKWARD_SCRATCH_LANES);

    fn init(init: Init, random: &Random, first: usize, params: &mut [f32]) {
        let (a, b) = params.split_at_mut(A::PARAMS);
        A::init(init, random, first, a);
        B::init(init, random, first + A::PARAMS, b);
    }

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let (a, b) = params.split_at(A::PARAMS);
        let (middle, scratch) = scratch.split_at_mut(A::Output::LEN);
        let middle = A::Output::view_mut(middle);
        A::infer(a, source, input, scratch, middle);
        B::infer(b, Direct, middle, scratch, output);
    }

    #[inline(always)]
    fn forward<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let (a, b) = params.split_at(A::PARAMS);
        let (maps_a, maps) = tape.maps.split_at_mut(A::TAPE);
        let (middle, maps_b) = maps.split_at_mut(A::Output::LEN);
        let (choices_a, choices_b) = tape.choices.split_at_mut(A::CHOICES);
        let middle = A::Output::view_mut(middle);
        A::forward(a, source, input, Tape { maps: maps_a, choices: choices_a }, middle);
        B::forward(b, Direct, middle, Tape { maps: maps_b, choices: choices_b }, output);
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let (a, b) = trainable.split_at(A::PARAMS);
        let (maps_a, maps) = record.maps.split_at(A::TAPE);
        let (middle, maps_b) = maps.split_at(A::Output::LEN);
        let (choices_a, choices_b) = record.choices.split_at(A::CHOICES);
        let middle = A::Output::view(middle);
        let (d_middle, scratch) = scratch.split_at_mut(A::Output::LEN);
        d_middle.fill(E::ZERO);
        let d_middle = A::Output::view_mut(d_middle);
        B::backward(
            b,
            Record {
                source: Direct,
                input: middle,
                maps: maps_b,
                choices: choices_b,
                output: record.output,
            },
            d_output,
            scratch,
            Some(&mut *d_middle),
        );
        A::backward(
            a,
            Record {
                source: record.source,
                input: record.input,
                maps: maps_a,
                choices: choices_a,
                output: middle,
            },
            d_middle,
            scratch,
            d_input,
        );
    }
}
