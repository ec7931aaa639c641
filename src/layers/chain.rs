//! Two layers, one after the other; nested to the left, a network of any depth.

use core::marker::PhantomData;

use crate::layer::{End, Layer, Record, Tape, larger};
use crate::{Direct, Element, Init, Random, Shape, Source, Trainable};

/// `output = B(A(input))`.
///
/// Of a chain nested to the left, only two neighbouring maps live at once in inference: they lie at
/// the two ends of the scratch in turn, and so do the maps' gradients in training. What the backward
/// pass reads, the maps themselves, is kept on the tape.
///
/// # Shapes
/// The output of `A` is the input of `B`. Parameters: those of `A`, then those of `B`.
#[derive(Clone, Copy, Debug)]
pub struct Chain<A, B>(PhantomData<(A, B)>);

impl<A: Layer, B: Layer<Input = A::Output>> Layer for Chain<A, B> {
    type Input = A::Input;
    type Output = B::Output;

    const PARAMS: usize = A::PARAMS + B::PARAMS;
    const INFER_SCRATCH: usize = larger(A::INFER_WITHIN, A::Output::LEN + B::INFER_SCRATCH);
    const INFER_WITHIN: usize =
        larger(A::INFER_WITHIN, A::Output::LEN + B::Output::LEN + B::INFER_SCRATCH);
    const TAPE: usize = A::TAPE + A::Output::LEN + B::TAPE;
    const CHOICES: usize = A::CHOICES + B::CHOICES;
    const BACKWARD_SCRATCH: usize =
        larger(A::BACKWARD_WITHIN, A::Output::LEN + B::BACKWARD_SCRATCH);
    const BACKWARD_WITHIN: usize =
        larger(A::BACKWARD_WITHIN, A::Output::LEN + B::Output::LEN + B::BACKWARD_SCRATCH);
    const BACKWARD_SCRATCH_LANES: usize =
        larger(A::BACKWARD_WITHIN_LANES, A::Output::LEN + B::BACKWARD_SCRATCH_LANES);
    const BACKWARD_WITHIN_LANES: usize = larger(
        A::BACKWARD_WITHIN_LANES,
        A::Output::LEN + B::Output::LEN + B::BACKWARD_SCRATCH_LANES,
    );

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
        let scratch = &mut scratch[..Self::INFER_SCRATCH];
        A::infer_within(a, source, input, End::Front, scratch);
        let (middle, rest) = End::Front.split(scratch, A::Output::LEN);
        B::infer(b, Direct, A::Output::view(middle), rest, output);
    }

    #[inline(always)]
    fn infer_within<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        end: End,
        scratch: &mut [E],
    ) {
        let (a, b) = params.split_at(A::PARAMS);
        A::infer_within(a, source, input, end.other(), scratch);
        let (middle, rest) = end.other().split(scratch, A::Output::LEN);
        let (output, rest) = end.split(rest, B::Output::LEN);
        B::infer(b, Direct, A::Output::view(middle), rest, B::Output::view_mut(output));
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
        let (record_a, record_b) = records(record);
        let needed =
            if E::LANES == 1 { Self::BACKWARD_SCRATCH } else { Self::BACKWARD_SCRATCH_LANES };
        let scratch = &mut scratch[..needed];
        let (d_middle, rest) = End::Front.split(scratch, A::Output::LEN);
        d_middle.fill(E::ZERO);
        B::backward(b, record_b, d_output, rest, Some(A::Output::view_mut(d_middle)));
        A::backward_within(a, record_a, End::Front, scratch, d_input);
    }

    #[inline(always)]
    fn backward_within<E: Element, S: Source<E>, U: Trainable<E>>(
        trainable: U,
        record: Record<'_, E, S, Self>,
        end: End,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let (a, b) = trainable.split_at(A::PARAMS);
        let (record_a, record_b) = records(record);
        let (d_output, rest) = end.split(scratch, B::Output::LEN);
        let (d_middle, rest) = end.other().split(rest, A::Output::LEN);
        d_middle.fill(E::ZERO);
        let d_output = B::Output::view_mut(d_output);
        B::backward(b, record_b, d_output, rest, Some(A::Output::view_mut(d_middle)));
        A::backward_within(a, record_a, end.other(), scratch, d_input);
    }
}

/// What the two layers saw.
#[inline(always)]
fn records<'a, E: Element, S: Source<E>, A: Layer, B: Layer<Input = A::Output>>(
    record: Record<'a, E, S, Chain<A, B>>,
) -> (Record<'a, E, S, A>, Record<'a, E, Direct, B>) {
    let (maps_a, maps) = record.maps.split_at(A::TAPE);
    let (middle, maps_b) = maps.split_at(A::Output::LEN);
    let (choices_a, choices_b) = record.choices.split_at(A::CHOICES);
    let middle = A::Output::view(middle);
    (
        Record {
            source: record.source,
            input: record.input,
            maps: maps_a,
            choices: choices_a,
            output: middle,
        },
        Record {
            source: Direct,
            input: middle,
            maps: maps_b,
            choices: choices_b,
            output: record.output,
        },
    )
}
