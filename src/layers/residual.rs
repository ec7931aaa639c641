//! A block with a skip connection.

use core::marker::PhantomData;

use crate::layer::{Layer, Record, Tape};
use crate::{Element, Init, Random, Shape, Source, Stage, Trainable};

/// `output = input + B(input)`
///
/// The input gradient takes the output's gradient first, then what `B` adds to it.
///
/// # Shapes
/// `B` gives a map of its input's shape. Parameters: those of `B`. Where the backward pass of `B`
/// reads its own output (it ends with an activation), training keeps one map more.
///
/// Source: K. He et al., "Deep residual learning for image recognition", CVPR 2016.
///
/// ```
/// use tinyconv::layers::{Dense, Residual};
/// use tinyconv::{Direct, Layer, Vector};
///
/// type Block = Residual<Dense<Vector<2>, 2>>;
/// let params = [0.0, 1.0, 2.0, 0.0, 0.5, 0.0]; // swaps, doubles the second, a bias
/// let mut output = [0.0f32; 2];
/// Block::infer(&params, Direct, &[3.0, 5.0], &mut [], &mut output);
/// assert_eq!(output, [3.0 + 2.0 * 5.0 + 0.5, 5.0 + 3.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Residual<B>(PhantomData<B>);

impl<B: Layer<Output = <B as Layer>::Input>> Residual<B> {
    /// Elements of the tape that keep the output of `B`.
    const KEPT: usize = if B::NEEDS_OUTPUT { B::Output::LEN } else { 0 };

    #[inline(always)]
    fn add<E: Element, S: Source<E>>(
        source: S,
        input: &<B::Input as Shape>::Map<S::Raw>,
        output: &mut <B::Output as Shape>::Map<E>,
    ) {
        for (y, &raw) in B::Output::flat_mut(output).iter_mut().zip(B::Input::flat(input)) {
            *y = source.read(raw) + *y;
        }
    }

    /// What `B` saw.
    #[inline(always)]
    fn record<'a, E: Element, S: Source<E>>(
        record: &Record<'a, E, S, Self>,
    ) -> Record<'a, E, S, B> {
        let (kept, maps) = record.maps.split_at(Self::KEPT);
        let output = if B::NEEDS_OUTPUT { B::Output::view(kept) } else { record.output };
        Record { maps, ..record.of(output) }
    }

    #[inline(always)]
    fn backward_add<E: Element>(
        d_output: &<B::Output as Shape>::Map<E>,
        d_input: Option<&mut <B::Input as Shape>::Map<E>>,
    ) {
        if let Some(d_input) = d_input {
            let d_inputs = B::Input::flat_mut(d_input).iter_mut();
            for (d_x, &d) in d_inputs.zip(B::Output::flat(d_output)) {
                *d_x = *d_x + d;
            }
        }
    }
}

impl<B: Layer<Output = <B as Layer>::Input>> Layer for Residual<B> {
    type Input = B::Input;
    type Output = B::Output;

    const PARAMS: usize = B::PARAMS;
    const INFER_SCRATCH: usize = B::INFER_SCRATCH;
    const TAPE: usize = Self::KEPT + B::TAPE;
    const CHOICES: usize = B::CHOICES;
    const BACKWARD_SCRATCH: usize = B::BACKWARD_SCRATCH;
    const BACKWARD_SCRATCH_LANES: usize = B::BACKWARD_SCRATCH_LANES;
    const DRAWS: usize = B::DRAWS;
    const STAGES: usize = B::STAGES;
    const BACKWARD_STAGES: usize = B::BACKWARD_STAGES;
    const SHARED: usize = B::SHARED;

    fn init(init: Init, random: &Random, first: usize, params: &mut [f32]) {
        B::init(init, random, first, params);
    }

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        B::infer(params, source, input, scratch, output);
        Self::add(source, input, output);
    }

    #[inline(always)]
    fn forward<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let (kept, maps) = tape.maps.split_at_mut(Self::KEPT);
        B::forward(params, source, input, Tape { maps, ..tape }, output);
        kept.copy_from_slice(&B::Output::flat(output)[..Self::KEPT]);
        Self::add(source, input, output);
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
        let last = stage.index + 1 == Self::STAGES;
        let (kept, maps) = tape.maps.split_at_mut(Self::KEPT);
        B::forward_stage(stage, params, source, input, Tape { maps, ..tape }, output);
        if last {
            kept.copy_from_slice(&B::Output::flat(output)[..Self::KEPT]);
            Self::add(source, input, output);
        }
    }

    fn keep_statistics<E: Element>(maps: &[E], samples: usize, params: &mut [f32]) {
        B::keep_statistics(&maps[Self::KEPT..], samples, params);
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        mut d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        Self::backward_add(d_output, d_input.as_deref_mut());
        B::backward(trainable, Self::record(&record), d_output, scratch, d_input);
    }

    #[inline(always)]
    fn backward_stage<E: Element, S: Source<E>, U: Trainable<E>>(
        stage: Stage<'_, E>,
        trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        mut d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        if stage.index + 1 == Self::BACKWARD_STAGES {
            Self::backward_add(d_output, d_input.as_deref_mut());
        }
        let record = Self::record(&record);
        B::backward_stage(stage, trainable, record, d_output, scratch, d_input);
    }
}
