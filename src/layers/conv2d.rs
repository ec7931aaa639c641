//! The convolution layer.

use core::marker::PhantomData;

use crate::kernels::conv2d;
use crate::layer::{Layer, Record};
use crate::{Chw, Element, Init, Kernel, Padding, Random, Shape, Source, Stride, Trainable};

/// `output[o][h][w] = bias[o] + sum over i, m, n of input[i][h * SH + m - T][w * SW + n - L] * weight[o][i][m][n]`
///
/// # Shapes
/// `In` and `Out` are [`Chw`]; each output side is `(input + padding - kernel) / stride + 1`,
/// rounded down. Parameters: the weights, OC x IC x KH x KW in that order (PyTorch's), then OC
/// biases.
///
/// # Initialisation
/// Weights by [`Init`] with fan-in IC * KH * KW and fan-out OC * KH * KW; biases zero.
///
/// Source: Y. LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE
/// 86 (1998).
///
/// ```
/// use tinyconv::layers::Conv2d;
/// use tinyconv::{Chw, Direct, Kernel, Layer};
///
/// type Edges = Conv2d<Chw<1, 1, 4>, Chw<1, 1, 3>, Kernel<1, 2>>;
/// let params = [-1.0, 1.0, 0.5]; // two weights, one bias
/// let mut output = [[[0.0f32; 3]]];
/// Edges::infer(&params, Direct, &[[[0.0, 0.0, 2.0, 3.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[0.5, 2.5, 1.5]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Conv2d<In, Out, K, S = Stride<1, 1>, P = Padding<0, 0>>(PhantomData<(In, Out, K, S, P)>);

impl<
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
> Conv2d<Chw<IC, IH, IW>, Chw<OC, OH, OW>, Kernel<KH, KW>, Stride<SH, SW>, Padding<T, L>>
{
    pub(super) const WEIGHTS: usize = OC * IC * KH * KW;
    /// Every output sees every input, once.
    const IS_DENSE: bool = OH * OW == 1 && T == 0 && L == 0 && KH == IH && KW == IW;
    pub(super) const WINDOW: conv2d::Window<KH, KW, SH, SW, T, L> = (Kernel, Stride, Padding);

    #[inline(always)]
    pub(super) fn weight(params: &[f32]) -> &[[[[f32; KW]; KH]; IC]; OC] {
        let rows = params[..Self::WEIGHTS].as_chunks::<KW>().0;
        let kernels = rows.as_chunks::<KH>().0.as_chunks::<IC>().0;
        kernels.first_chunk().expect("OC kernels")
    }

    #[inline(always)]
    pub(super) fn bias(params: &[f32]) -> &[f32; OC] {
        params[Self::WEIGHTS..].first_chunk().expect("OC biases")
    }
}

impl<
    const IC: usize,
    const IH: usize,
    const IW: usize,
    const OC: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const T: usize,
    const L: usize,
> Layer
    for Conv2d<Chw<IC, IH, IW>, Chw<OC, OH, OW>, Kernel<KH, KW>, Stride<SH, SW>, Padding<T, L>>
{
    type Input = Chw<IC, IH, IW>;
    type Output = Chw<OC, OH, OW>;

    const PARAMS: usize = {
        assert!(
            super::fits(IH, KH, SH, T, OH) && super::fits(IW, KW, SW, L, OW),
            "the output of this Conv2d has another shape: each side is \
             (input + padding - kernel) / stride + 1, rounded down"
        );
        Self::WEIGHTS + OC
    };

    fn init(init: Init, random: &Random, first: usize, params: &mut [f32]) {
        let (weights, biases) = params.split_at_mut(Self::WEIGHTS);
        init.draw(random, IC * KH * KW, OC * KH * KW, first, weights);
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
        conv2d::forward(
            source,
            input,
            Self::weight(params),
            Self::bias(params),
            Self::WINDOW,
            output,
        );
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
            let weight = Self::weight(trainable.parameters());
            conv2d::backward_input(weight, d_output, Self::WINDOW, d_input);
        }
        if E::LANES > 1 && Self::IS_DENSE {
            let input = Self::Input::flat(record.input);
            let (row, column) =
                (|o: usize| d_output[o][0][0], |i: usize| record.source.read(input[i]));
            trainable.add_products(0, (OC, row), (Self::Input::LEN, column));
        } else {
            conv2d::backward_weight(
                record.source,
                record.input,
                d_output,
                Self::WINDOW,
                |o, i, kernel| {
                    trainable.add((o * IC + i) * KH * KW, kernel.as_flattened());
                },
            );
        }
        conv2d::backward_bias(d_output, |sums| trainable.add(Self::WEIGHTS, sums));
    }
}
