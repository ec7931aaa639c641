//! The fused block of batch normalisation, activation and max-pooling.

use core::marker::PhantomData;

use super::{BatchNorm, MaxPool2d};
use crate::kernels::batch_norm::{self, Normal};
use crate::kernels::conv2d_pool::backward_activation;
use crate::layer::{Layer, Record, Tape};
use crate::{
    Activation, Chw, Element, Init, Kernel, Random, Shape, Source, Stage, Stride, Trainable,
};

/// A [`BatchNorm`] `N`, an activation `A` and a [`MaxPool2d`] `P` whose windows lie side by side,
/// computed together: the normalised map and its gradient, which are as large as the input, are never
/// held. For training on the host, where memory is what takes the time.
///
/// The same results as the three one after the other, bit for bit. [`network!`](crate::network)
/// uses it by itself.
///
/// # Shapes
/// Input and parameters are those of `N`, the output is that of `P`.
///
/// # Initialisation
/// That of `N`.
///
/// ```
/// use tinyconv::layers::{BatchNorm, BatchNormMaxPool2d, MaxPool2d};
/// use tinyconv::{Chw, Direct, Kernel, Layer, Relu, Stride};
///
/// type Norm = BatchNorm<Chw<1, 1, 2>, { 1.0f32.to_bits() }, { 0.1f32.to_bits() }>;
/// type Pool = MaxPool2d<Chw<1, 1, 2>, Chw<1, 1, 1>, Kernel<1, 2>, Stride<1, 2>>;
/// let params = [10.0, 0.5, 2.0, 3.0]; // weight, bias, mean, variance
/// let mut output = [[[0.0f32]]];
/// BatchNormMaxPool2d::<Norm, Relu, Pool>::infer(&params, Direct, &[[[6.0, 2.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[0.5 + (6.0 - 2.0) / 2.0 * 10.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BatchNormMaxPool2d<N, A, P>(PhantomData<(N, A, P)>);

type Norm<const C: usize, const H: usize, const W: usize, const EPSILON: u32, const MOMENTUM: u32> =
    BatchNorm<Chw<C, H, W>, EPSILON, MOMENTUM>;

impl<
    A: Activation,
    const C: usize,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
    const PH: usize,
    const PW: usize,
    const EPSILON: u32,
    const MOMENTUM: u32,
>
    BatchNormMaxPool2d<
        BatchNorm<Chw<C, H, W>, EPSILON, MOMENTUM>,
        A,
        MaxPool2d<Chw<C, H, W>, Chw<C, OH, OW>, Kernel<PH, PW>, Stride<PH, PW>>,
    >
{
    #[inline(always)]
    fn pool<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &[[[S::Raw; W]; H]; C],
        normal: impl Fn(usize) -> Normal<E>,
        output: &mut [[[E; OW]; OH]; C],
        mut choices: Option<&mut [[[E::Choice; OW]; OH]; C]>,
    ) {
        for (channel, (plane, output)) in input.iter().zip(output).enumerate() {
            batch_norm::forward_pool::<E, S, A, H, W, OH, OW, PH, PW>(
                source,
                plane,
                normal(channel),
                Norm::<C, H, W, EPSILON, MOMENTUM>::scale(params, channel),
                Kernel::<PH, PW>,
                output,
                choices.as_mut().map(|choices| &mut choices[channel]),
            );
        }
    }

    /// The sums of the gradients of a channel's weight and bias.
    #[inline(always)]
    fn sums<E: Element, S: Source<E>>(
        source: S,
        plane: &[[S::Raw; W]; H],
        normal: Normal<E>,
        choices: &[[E::Choice; OW]; OH],
        d_output: &[[E; OW]; OH],
    ) -> (E, E) {
        let (mut d_bias, mut d_weight) = (E::ZERO, E::ZERO);
        for (h, row) in plane.iter().enumerate() {
            let d_row: [E; W] =
                batch_norm::backward_pool_row(choices, d_output, Kernel::<PH, PW>, h);
            let sums = (&mut d_bias, &mut d_weight);
            batch_norm::backward_parameters(source, row, normal, &d_row, sums);
        }
        (d_bias, d_weight)
    }

    /// The input gradient of a channel.
    #[inline(always)]
    fn backward_plane<E: Element, S: Source<E>>(
        source: S,
        plane: &[[S::Raw; W]; H],
        normal: Normal<E>,
        (factor, means): (E, (E, E)),
        (choices, d_output): (&[[E::Choice; OW]; OH], &[[E; OW]; OH]),
        d_plane: &mut [[E; W]; H],
    ) {
        for (h, (row, d_x)) in plane.iter().zip(d_plane).enumerate() {
            let d_row: [E; W] =
                batch_norm::backward_pool_row(choices, d_output, Kernel::<PH, PW>, h);
            batch_norm::backward_input(source, row, normal, factor, means, &d_row, d_x);
        }
    }
}

impl<
    A: Activation,
    const C: usize,
    const H: usize,
    const W: usize,
    const OH: usize,
    const OW: usize,
    const PH: usize,
    const PW: usize,
    const EPSILON: u32,
    const MOMENTUM: u32,
> Layer
    for BatchNormMaxPool2d<
        BatchNorm<Chw<C, H, W>, EPSILON, MOMENTUM>,
        A,
        MaxPool2d<Chw<C, H, W>, Chw<C, OH, OW>, Kernel<PH, PW>, Stride<PH, PW>>,
    >
{
    type Input = Chw<C, H, W>;
    type Output = Chw<C, OH, OW>;

    const PARAMS: usize = Norm::<C, H, W, EPSILON, MOMENTUM>::PARAMS
        + MaxPool2d::<Chw<C, H, W>, Chw<C, OH, OW>, Kernel<PH, PW>, Stride<PH, PW>>::PARAMS;
    const NEEDS_OUTPUT: bool = true;
    const TAPE: usize = Norm::<C, H, W, EPSILON, MOMENTUM>::TAPE;
    const CHOICES: usize = C * OH * OW;
    const STAGES: usize = Norm::<C, H, W, EPSILON, MOMENTUM>::STAGES;
    const BACKWARD_STAGES: usize = Norm::<C, H, W, EPSILON, MOMENTUM>::BACKWARD_STAGES;
    const SHARED: usize = Norm::<C, H, W, EPSILON, MOMENTUM>::SHARED;

    fn init(init: Init, random: &Random, first: usize, params: &mut [f32]) {
        Norm::<C, H, W, EPSILON, MOMENTUM>::init(init, random, first, params);
    }

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        _scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let normal = |channel| Norm::<C, H, W, EPSILON, MOMENTUM>::running(params, channel);
        Self::pool(params, source, input, normal, output, None);
    }

    #[inline(always)]
    fn forward<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let normal = |channel| Norm::<C, H, W, EPSILON, MOMENTUM>::running(params, channel);
        let choices = Self::Output::view_mut(tape.choices);
        Self::pool(params, source, input, normal, output, Some(choices));
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
        Norm::<C, H, W, EPSILON, MOMENTUM>::take_statistics(stage, source, input, tape.maps);
        if last {
            let maps = &*tape.maps;
            let normal = |channel| Norm::<C, H, W, EPSILON, MOMENTUM>::of_batch(maps, channel);
            let choices = Self::Output::view_mut(tape.choices);
            Self::pool(params, source, input, normal, output, Some(choices));
        }
    }

    fn keep_statistics<E: Element>(maps: &[E], samples: usize, params: &mut [f32]) {
        Norm::<C, H, W, EPSILON, MOMENTUM>::keep_statistics(maps, samples, params);
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        mut trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        _scratch: &mut [E],
        mut d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let Record { source, input, choices, output, .. } = record;
        let choices = Self::Output::view(choices);
        backward_activation::<E, A>(Self::Output::flat(output), Self::Output::flat_mut(d_output));
        for (channel, plane) in input.iter().enumerate() {
            let params = trainable.parameters();
            let normal = Norm::<C, H, W, EPSILON, MOMENTUM>::running(params, channel);
            let pooled = (&choices[channel], &d_output[channel]);
            if let Some(d_input) = &mut d_input {
                let (weight, _) = Norm::<C, H, W, EPSILON, MOMENTUM>::scale(params, channel);
                let factor = E::splat(weight) * normal.inverse;
                let given = (factor, (E::ZERO, E::ZERO));
                let d_plane = &mut d_input[channel];
                Self::backward_plane(source, plane, normal, given, pooled, d_plane);
            }
            let (d_bias, d_weight) = Self::sums(source, plane, normal, pooled.0, pooled.1);
            trainable.add(channel, &[d_weight]);
            trainable.add(C + channel, &[d_bias]);
        }
    }

    #[inline(always)]
    fn backward_stage<E: Element, S: Source<E>, U: Trainable<E>>(
        stage: Stage<'_, E>,
        mut trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        _scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let Record { source, input, maps, choices, output } = record;
        let choices = Self::Output::view(choices);
        if stage.index == 1 {
            let flat = Self::Output::flat_mut(d_output);
            backward_activation::<E, A>(Self::Output::flat(output), flat);
            for (channel, plane) in input.iter().enumerate() {
                let normal = Norm::<C, H, W, EPSILON, MOMENTUM>::of_batch(maps, channel);
                let (d_bias, d_weight) =
                    Self::sums(source, plane, normal, &choices[channel], &d_output[channel]);
                (stage.shared[channel], stage.shared[C + channel]) = (d_bias, d_weight);
            }
            trainable.add(0, &stage.shared[C..2 * C]);
            trainable.add(C, &stage.shared[..C]);
        } else if let Some(d_input) = d_input {
            let params = trainable.parameters();
            for (channel, (plane, d_plane)) in input.iter().zip(d_input).enumerate() {
                let normal = Norm::<C, H, W, EPSILON, MOMENTUM>::of_batch(maps, channel);
                let corrections = Norm::<C, H, W, EPSILON, MOMENTUM>::corrections(
                    &stage, params, normal, channel,
                );
                let pooled = (&choices[channel], &d_output[channel]);
                Self::backward_plane(source, plane, normal, corrections, pooled, d_plane);
            }
        }
    }
}
