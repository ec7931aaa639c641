//! A layer followed by an activation that works on its output in place.

use core::marker::PhantomData;

use crate::kernels::conv2d_pool::backward_activation;
use crate::layer::{Layer, Record, Tape};
use crate::{Activation, Element, Init, Random, Shape, Source, Stage, Trainable};

/// `output = A(L(input))`: the activation costs no memory.
///
/// # Shapes
/// Those of `L`, which must not need its own output in its backward pass.
///
/// Parameters: those of `L`.
///
/// # Initialisation
/// That of `L`.
///
/// ```
/// use tinyconv::layers::{Activated, Dense};
/// use tinyconv::{Direct, Layer, Relu, Vector};
///
/// type Positive = Activated<Dense<Vector<1>, 2>, Relu>;
/// let mut output = [0.0f32; 2];
/// Positive::infer(&[2.0, -2.0, 0.5, 0.5], Direct, &[3.0], &mut [], &mut output);
/// assert_eq!(output, [6.5, 0.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Activated<L, A>(PhantomData<(L, A)>);

impl<L: Layer, A: Activation> Activated<L, A> {
    #[inline(always)]
    fn activate<E: Element>(output: &mut <L::Output as Shape>::Map<E>) {
        for y in L::Output::flat_mut(output) {
            *y = A::forward(*y);
        }
    }
}

impl<L: Layer, A: Activation> Layer for Activated<L, A> {
    type Input = L::Input;
    type Output = L::Output;

    const PARAMS: usize = {
        assert!(
            !L::NEEDS_OUTPUT,
            "this layer's backward pass reads its own output: put `Pass` between it and the \
             activation"
        );
        L::PARAMS
    };
    const INFER_SCRATCH: usize = L::INFER_SCRATCH;
    const TAPE: usize = L::TAPE;
    const CHOICES: usize = L::CHOICES;
    const BACKWARD_SCRATCH: usize = L::BACKWARD_SCRATCH;
    const BACKWARD_SCRATCH_LANES: usize = L::BACKWARD_SCRATCH_LANES;

    const NEEDS_OUTPUT: bool = true;
    const DRAWS: usize = L::DRAWS;
    const STAGES: usize = L::STAGES;
    const BACKWARD_STAGES: usize = L::BACKWARD_STAGES;
    const SHARED: usize = L::SHARED;

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
        Self::activate(output);
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
        Self::activate(output);
    }

    #[inline(always)]
    fn visit_maps<E: Element>(tape: &[E], visit: &mut impl FnMut(&[E])) {
        L::visit_maps(tape, visit);
    }

    #[inline(always)]
    fn forward_stage<E: Element, S: Source<E>>(
        stage: Stage<'_, E>,
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let last = stage.index + 1 == L::STAGES;
        L::forward_stage(stage, params, source, input, tape, output);
        if last {
            Self::activate(output);
        }
    }

    fn keep_statistics<E: Element>(maps: &[E], samples: usize, params: &mut [f32]) {
        L::keep_statistics(maps, samples, params);
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
        L::backward(trainable, record.of(record.output), d_output, scratch, d_input);
    }

    #[inline(always)]
    fn backward_stage<E: Element, S: Source<E>, U: Trainable<E>>(
        stage: Stage<'_, E>,
        trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        if stage.index + 1 == L::BACKWARD_STAGES {
            let output = L::Output::flat(record.output);
            backward_activation::<E, A>(output, L::Output::flat_mut(d_output));
        }
        let record = record.of(record.output);
        L::backward_stage(stage, trainable, record, d_output, scratch, d_input);
    }
}
