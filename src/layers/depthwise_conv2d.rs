//! The convolution of each channel by itself.

use core::array::from_ref;
use core::marker::PhantomData;

use crate::kernels::conv2d::{self, Window};
use crate::layer::{Layer, Record};
use crate::{Chw, Element, Init, Kernel, Padding, Random, Shape, Source, Stride, Trainable};

/// `output[c][h][w] = bias[c] + sum over m, n of input[c][h * SH + m - T][w * SW + n - L] * weight[c][m][n]`
///
/// Each channel is a [`Conv2d`](super::Conv2d) of one channel, with its order of sums. Followed by a
/// `Conv2d` with a kernel of 1 (a pointwise convolution), it makes a depthwise separable one.
///
/// # Shapes
/// `In` and `Out` are [`Chw`] of the same channels; each output side is
/// `(input + padding - kernel) / stride + 1`, rounded down. Parameters: the weights, C x KH x KW in
/// that order (PyTorch's, with `groups` as the number of channels), then C biases.
///
/// # Initialisation
/// Weights by [`Init`] with fan-in and fan-out KH * KW; biases zero.
///
/// Source: A. Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision
/// applications", 2017.
///
/// ```
/// use tinyconv::layers::DepthwiseConv2d;
/// use tinyconv::{Chw, Direct, Kernel, Layer};
///
/// type Edges = DepthwiseConv2d<Chw<2, 1, 2>, Chw<2, 1, 1>, Kernel<1, 2>>;
/// let params = [-1.0, 1.0, 2.0, 0.5, 0.0, 10.0]; // two kernels, two biases
/// let mut output = [[[0.0f32; 1]]; 2];
/// Edges::infer(&params, Direct, &[[[1.0, 3.0]], [[2.0, 4.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[2.0]], [[10.0 + 4.0 + 2.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct DepthwiseConv2d<In, Out, K, S = Stride<1, 1>, P = Padding<0, 0>>(
    PhantomData<(In, Out, K, S, P)>,
);

impl<
    const C: usize,
    const IH: usize,
    const IW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
> DepthwiseConv2d<Chw<C, IH, IW>, Chw<C, OH, OW>, Kernel<KH, KW>, Stride<SH, SW>, Padding<T, L>>
{
    const WEIGHTS: usize = C * KH * KW;
    const WINDOW: Window<KH, KW, SH, SW, T, L> = (Kernel, Stride, Padding);

    /// The channels' kernels, each as a convolution's of one channel.
    #[inline(always)]
    fn kernels(params: &[f32]) -> &[[[[[f32; KW]; KH]; 1]; 1]] {
        params[..Self::WEIGHTS].as_chunks().0.as_chunks().0.as_chunks().0.as_chunks().0
    }
}

impl<
    const C: usize,
    const IH: usize,
    const IW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
> Layer
    for DepthwiseConv2d<
        Chw<C, IH, IW>,
        Chw<C, OH, OW>,
        Kernel<KH, KW>,
        Stride<SH, SW>,
        Padding<T, L>,
    >
{
    type Input = Chw<C, IH, IW>;
    type Output = Chw<C, OH, OW>;

    const PARAMS: usize = {
        assert!(
            super::fits(IH, KH, SH, T, OH) && super::fits(IW, KW, SW, L, OW),
            "the output of this DepthwiseConv2d has another shape: each side is \
             (input + padding - kernel) / stride + 1, rounded down"
        );
        Self::WEIGHTS + C
    };

    fn init(init: Init, random: &Random, first: usize, params: &mut [f32]) {
        let (weights, biases) = params.split_at_mut(Self::WEIGHTS);
        init.draw(random, KH * KW, KH * KW, first, weights);
        biases.fill(0.0);
    }

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        _scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let biases = params[Self::WEIGHTS..].as_chunks().0;
        let outputs = output.as_chunks_mut().0;
        let channels = input.iter().zip(Self::kernels(params)).zip(biases).zip(outputs);
        for (((plane, weight), bias), output) in channels {
            conv2d::forward(source, from_ref(plane), weight, bias, Self::WINDOW, output);
        }
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        mut trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        _scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        if let Some(d_input) = d_input {
            let kernels = Self::kernels(trainable.parameters());
            let d_inputs = d_input.as_chunks_mut().0;
            for ((weight, d_plane), d_input) in kernels.iter().zip(&*d_output).zip(d_inputs) {
                conv2d::backward_input(weight, from_ref(d_plane), Self::WINDOW, d_input);
            }
        }
        for (channel, (plane, d_plane)) in record.input.iter().zip(&*d_output).enumerate() {
            conv2d::backward_weight(
                record.source,
                from_ref(plane),
                from_ref(d_plane),
                Self::WINDOW,
                |_, _, kernel| trainable.add(channel * KH * KW, kernel.as_flattened()),
            );
        }
        conv2d::backward_bias(d_output, |sums| trainable.add(Self::WEIGHTS, sums));
    }
}
