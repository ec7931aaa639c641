//! A layer followed by an activation that works on its output in place.

use core::marker::PhantomData;

use crate::kernels::conv2d_pool::backward_activation;
use crate::layer::{Layer, Record, Tape};
use crate::{Activation, Element, Init, Random, Shape, Source, Trainable};

/// `output = A(L(input))`: the activation costs no memory.
///
/// # Shapes
/// Those of `L`, which must not need its own output in its backward pass; none here does.
#[derive(Clone, Copy, Debug)]
pub struct Activated<L, A>(PhantomData<(L, A)>);

impl<L: Layer, A: Activation> Layer for Activated<L, A> {
    type Input = L::Input;
    type Output = L::Output;

    const PARAMS: usize = L::PARAMS;
    const INFER_SCRATCH: usize = L::INFER_SCRATCH;
    const TAPE: usize = L::TAPE;
    const CHOICES: usize = L::CHOICES;
    const BACKWARD_SCRATCH: usize = L::BACKWARD_SCRATCH;
    const BACKWARD_SCRATCH_LANES: usize = L::BACKWARD_SCRATCH_LANES;

    fn init(init: Init, random: &Random, first: usize, params: &mut [f32]) {
        L::init(init, random, first, params);
    }

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        L::infer(params, source, input, scratch, output);
        for y in L::Output::flat_mut(output) {
            *y = A::forward(*y);
        }
    }

    #[inline(always)]
    fn forward<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        L::forward(params, source, input, tape, output);
        for y in L::Output::flat_mut(output) {
            *y = A::forward(*y);
        }
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        backward_activation::<E, A>(L::Output::flat(record.output), L::Output::flat_mut(d_output));
        let record = Record {
            source: record.source,
            input: record.input,
            maps: record.maps,
            choices: record.choices,
            output: record.output,
        };
        L::backward(trainable, record, d_output, scratch, d_input);
    }
}
