//! The fused block of convolution, activation and max-pooling.

#[cfg(test)]
mod tests;

use core::marker::PhantomData;

use super::{Conv2d, MaxPool2d};
use crate::kernels::conv2d;
use crate::kernels::conv2d_pool::{self, Geometry};
use crate::layer::{Layer, Record, Tape};
use crate::{
    Activation, Chw, Element, Init, Kernel, Padding, Random, Shape, Source, Stride, Trainable,
};

/// A [`Conv2d`] `C`, an activation `A` and a [`MaxPool2d`] `P` whose windows lie side by side,
/// computed together: the convolution's map is never held.
///
/// The same results as the three one after the other, bit for bit. [`network!`](crate::network)
/// uses it by itself.
///
/// # Shapes
/// Input and parameters are those of `C`, the output is that of `P`. Training keeps one choice per
/// pooled cell; its backward pass needs no map for one sample, and the convolution's map for
/// elements of several.
///
/// # Initialisation
/// That of `C`.
///
/// ```
/// use tinyconv::layers::{Conv2d, Conv2dMaxPool2d, MaxPool2d};
/// use tinyconv::{Chw, Direct, Kernel, Layer, Relu, Stride};
///
/// type Conv = Conv2d<Chw<1, 1, 4>, Chw<1, 1, 4>, Kernel<1, 1>>;
/// type Pool = MaxPool2d<Chw<1, 1, 4>, Chw<1, 1, 2>, Kernel<1, 2>, Stride<1, 2>>;
/// type Block = Conv2dMaxPool2d<Conv, Relu, Pool>;
/// let mut output = [[[0.0f32; 2]]];
/// // The map -1, 3, 1, -3 is never there.
/// Block::infer(&[2.0, -3.0], Direct, &[[[1.0, 3.0, 2.0, 0.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[3.0, 1.0]]]);
/// assert_eq!((Block::INFER_SCRATCH, Block::CHOICES), (0, 2));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Conv2dMaxPool2d<C, A, P>(PhantomData<(C, A, P)>);

impl<
    A: Activation,
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const CH: usize,
    const CW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
    const PH: usize,
    const PW: usize,
> Layer
    for Conv2dMaxPool2d<
        Conv2d<Chw<IC, IH, IW>, Chw<OC, CH, CW>, Kernel<KH, KW>, Stride<SH, SW>, Padding<T, L>>,
        A,
        MaxPool2d<Chw<OC, CH, CW>, Chw<OC, OH, OW>, Kernel<PH, PW>, Stride<PH, PW>>,
    >
{
    type Input = Chw<IC, IH, IW>;
    type Output = Chw<OC, OH, OW>;

    const PARAMS: usize = Convolution::<IC, IH, IW, OC, CH, CW, KH, KW, SH, SW, T, L>::PARAMS
        + Pool::<OC, CH, CW, OH, OW, PH, PW>::PARAMS;
    const CHOICES: usize = OC * OH * OW;
    const NEEDS_OUTPUT: bool = true;
    const BACKWARD_SCRATCH_LANES: usize = OC * CH * CW;

    fn init(init: Init, random: &Random, first: usize, params: &mut [f32]) {
        Convolution::<IC, IH, IW, OC, CH, CW, KH, KW, SH, SW, T, L>::init(
            init, random, first, params,
        );
    }

    #[inline(never)]
    fn infer<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        _scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        conv2d_pool::forward(
            source,
            input,
            Convolution::<IC, IH, IW, OC, CH, CW, KH, KW, SH, SW, T, L>::weight(params),
            Convolution::<IC, IH, IW, OC, CH, CW, KH, KW, SH, SW, T, L>::bias(params),
            Geometry::<A, CH, CW, KH, KW, SH, SW, T, L, PH, PW>::NEW,
            output,
            None,
        );
    }

    #[inline(never)]
    fn forward<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        tape: Tape<'_, E>,
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let choices = Self::Output::view_mut(tape.choices);
        conv2d_pool::forward(
            source,
            input,
            Convolution::<IC, IH, IW, OC, CH, CW, KH, KW, SH, SW, T, L>::weight(params),
            Convolution::<IC, IH, IW, OC, CH, CW, KH, KW, SH, SW, T, L>::bias(params),
            Geometry::<A, CH, CW, KH, KW, SH, SW, T, L, PH, PW>::NEW,
            output,
            Some(choices),
        );
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        mut trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        let choices = Self::Output::view(record.choices);
        conv2d_pool::backward_activation::<E, A>(
            Self::Output::flat(record.output),
            Self::Output::flat_mut(d_output),
        );
        let add = |trainable: &mut U, o: usize, i: usize, kernel: &[[E; KW]; KH]| {
            trainable.add((o * IC + i) * KH * KW, kernel.as_flattened());
        };
        if E::LANES == 1 {
            let geometry = Geometry::<A, CH, CW, KH, KW, SH, SW, T, L, PH, PW>::NEW;
            if let Some(d_input) = d_input {
                let weight = Convolution::<IC, IH, IW, OC, CH, CW, KH, KW, SH, SW, T, L>::weight(
                    trainable.parameters(),
                );
                conv2d_pool::backward_input(weight, choices, d_output, geometry, d_input);
            }
            let mut bias = [E::ZERO; OC];
            conv2d_pool::backward_weight(
                record.source,
                record.input,
                choices,
                d_output,
                geometry,
                |o, i, kernel| add(&mut trainable, o, i, kernel),
                |sums| bias = *sums,
            );
            trainable.add(OC * IC * KH * KW, &bias);
        } else {
            let d_map = Chw::<OC, CH, CW>::view_mut(scratch);
            conv2d_pool::backward_pool(choices, d_output, Kernel::<PH, PW>, d_map);
            if let Some(d_input) = d_input {
                let weight = Convolution::<IC, IH, IW, OC, CH, CW, KH, KW, SH, SW, T, L>::weight(
                    trainable.parameters(),
                );
                conv2d::backward_input(
                    weight,
                    d_map,
                    Convolution::<IC, IH, IW, OC, CH, CW, KH, KW, SH, SW, T, L>::WINDOW,
                    d_input,
                );
            }
            conv2d::backward_weight(
                record.source,
                record.input,
                d_map,
                Convolution::<IC, IH, IW, OC, CH, CW, KH, KW, SH, SW, T, L>::WINDOW,
                |o, i, kernel| add(&mut trainable, o, i, kernel),
            );
            conv2d::backward_bias(d_map, |sums| trainable.add(OC * IC * KH * KW, sums));
        }
    }
}

type Convolution<
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const CH: usize,
    const CW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
> = Conv2d<Chw<IC, IH, IW>, Chw<OC, CH, CW>, Kernel<KH, KW>, Stride<SH, SW>, Padding<T, L>>;

type Pool<
    const C: usize,
    const IH: usize,
    const IW: usize,
    const OH: usize,
    const OW: usize,
    const PH: usize,
    const PW: usize,
> = MaxPool2d<Chw<C, IH, IW>, Chw<C, OH, OW>, Kernel<PH, PW>, Stride<PH, PW>>;
