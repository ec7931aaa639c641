//! Two layers, one after the other; nested to the left, a network of any depth.

use core::marker::PhantomData;

use crate::layer::{End, Layer, Record, Tape, larger};
use crate::{Direct, Element, Init, Random, Shape, Source, Stage, Trainable};

/// `output = B(A(input))`.
///
/// Of a chain nested to the left, only two neighbouring maps live at once in inference: they lie at
/// the two ends of the scratch in turn, and so do the maps' gradients in training. What the backward
/// pass reads, the maps themselves, is kept on the tape.
///
/// # Shapes
/// The output of `A` is the input of `B`. Parameters: those of `A`, then those of `B`.
///
/// # Initialisation
/// Those of `A` and of `B`.
///
/// ```
/// use tinyconv::layers::{Chain, Dense, Flatten};
/// use tinyconv::{Chw, Direct, Layer, Vector};
///
/// type Net = Chain<Flatten<Chw<1, 1, 2>, 2>, Dense<Vector<2>, 1>>;
/// let mut scratch = [0.0f32; Net::INFER_SCRATCH]; // the vector between the two
/// let mut output = [0.0];
/// Net::infer(&[1.0, 10.0, 0.5], Direct, &[[[2.0, 3.0]]], &mut scratch, &mut output);
/// assert_eq!((scratch, output), ([2.0, 3.0], [32.5]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Chain<A, B>(PhantomData<(A, B)>);

impl<A: Layer, B: Layer<Input = A::Output>> Chain<A, B> {
    /// Just what a backward pass needs, so that what lies at its end lies there in every stage.
    #[inline(always)]
    fn backward_scratch<E: Element>(scratch: &mut [E]) -> &mut [E] {
        let needed =
            if E::LANES == 1 { Self::BACKWARD_SCRATCH } else { Self::BACKWARD_SCRATCH_LANES };
        &mut scratch[..needed]
    }
}

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

    const NEEDS_OUTPUT: bool = B::NEEDS_OUTPUT;
    const DRAWS: usize = A::DRAWS + B::DRAWS;
    const STAGES: usize = A::STAGES + B::STAGES - 1;
    const BACKWARD_STAGES: usize = A::BACKWARD_STAGES + B::BACKWARD_STAGES - 1;
    const SHARED: usize = larger(A::SHARED, B::SHARED);

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
        let (tape_a, middle, tape_b) = tapes::<E, A>(tape);
        let middle = A::Output::view_mut(middle);
        A::forward(a, source, input, tape_a, middle);
        B::forward(b, Direct, middle, tape_b, output);
    }

    #[inline(always)]
    fn visit_maps<E: Element>(tape: &[E], visit: &mut impl FnMut(&[E])) {
        let (tape_a, rest) = tape.split_at(A::TAPE);
        let (middle, tape_b) = rest.split_at(A::Output::LEN);
        A::visit_maps(tape_a, visit);
        visit(middle);
        B::visit_maps(tape_b, visit);
    }

    /// The last stage of `A` is followed at once by the first one of `B`.
    #[inline(always)]
    fn forward_stage<E: Element, S: Source<E>>(
        mut stage: Stage<'_, E>,
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let (a, b) = params.split_at(A::PARAMS);
        let (tape_a, middle, tape_b) = tapes::<E, A>(tape);
        let middle = A::Output::view_mut(middle);
        if stage.index < A::STAGES {
            A::forward_stage(stage.of_part(0), a, source, input, tape_a, middle);
        }
        if stage.index + 1 >= A::STAGES {
            let stage = stage.of_part(A::STAGES - 1);
            B::forward_stage(stage, b, Direct, middle, tape_b, output);
        }
    }

    fn keep_statistics<E: Element>(maps: &[E], samples: usize, params: &mut [f32]) {
        let (a, b) = params.split_at_mut(A::PARAMS);
        let (maps_a, maps_b) = maps.split_at(A::TAPE);
        A::keep_statistics(maps_a, samples, a);
        B::keep_statistics(&maps_b[A::Output::LEN..], samples, b);
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
        let scratch = Self::backward_scratch(scratch);
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

    /// The last stage of `B` is followed at once by the first one of `A`.
    #[inline(always)]
    fn backward_stage<E: Element, S: Source<E>, U: Trainable<E>>(
        mut stage: Stage<'_, E>,
        trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let (a, b) = trainable.split_at(A::PARAMS);
        let (record_a, record_b) = records(record);
        let scratch = Self::backward_scratch(scratch);
        if stage.index + 1 >= A::BACKWARD_STAGES {
            let (d_middle, rest) = End::Front.split(scratch, A::Output::LEN);
            let stage = stage.of_part(A::BACKWARD_STAGES - 1);
            if stage.index + 1 == B::BACKWARD_STAGES {
                d_middle.fill(E::ZERO);
            }
            let d_middle = Some(A::Output::view_mut(d_middle));
            B::backward_stage(stage, b, record_b, d_output, rest, d_middle);
        }
        if stage.index < A::BACKWARD_STAGES {
            A::backward_stage_within(stage, a, record_a, End::Front, scratch, d_input);
        }
    }

    #[inline(always)]
    fn backward_stage_within<E: Element, S: Source<E>, U: Trainable<E>>(
        mut stage: Stage<'_, E>,
        trainable: U,
        record: Record<'_, E, S, Self>,
        end: End,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let (a, b) = trainable.split_at(A::PARAMS);
        let (record_a, record_b) = records(record);
        if stage.index + 1 >= A::BACKWARD_STAGES {
            let (d_output, rest) = end.split(scratch, B::Output::LEN);
            let (d_middle, rest) = end.other().split(rest, A::Output::LEN);
            let stage = stage.of_part(A::BACKWARD_STAGES - 1);
            if stage.index + 1 == B::BACKWARD_STAGES {
                d_middle.fill(E::ZERO);
            }
            let d_middle = Some(A::Output::view_mut(d_middle));
            let d_output = B::Output::view_mut(d_output);
            B::backward_stage(stage, b, record_b, d_output, rest, d_middle);
        }
        if stage.index < A::BACKWARD_STAGES {
            A::backward_stage_within(stage, a, record_a, end.other(), scratch, d_input);
        }
    }
}

/// The tape of `A`, the map between the two, and the tape of `B`.
#[inline(always)]
fn tapes<E: Element, A: Layer>(tape: Tape<'_, E>) -> (Tape<'_, E>, &mut [E], Tape<'_, E>) {
    let Tape { maps, choices, draws } = tape;
    let (maps_a, maps) = maps.split_at_mut(A::TAPE);
    let (middle, maps_b) = maps.split_at_mut(A::Output::LEN);
    let (choices_a, choices_b) = choices.split_at_mut(A::CHOICES);
    let draws_b = draws.map(|draws| draws.after(A::DRAWS));
    (
        Tape { maps: maps_a, choices: choices_a, draws },
        middle,
        Tape { maps: maps_b, choices: choices_b, draws: draws_b },
    )
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
