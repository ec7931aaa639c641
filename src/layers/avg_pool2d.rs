//! The average-pooling layer.

use core::marker::PhantomData;

use crate::kernels::avg_pool2d;
use crate::layer::{Layer, Record};
use crate::{Chw, Element, Kernel, Shape, Source, Stride, Trainable};

/// `output[c][h][w] = mean of input[c][h * SH + i][w * SW + j]`, i and j over the window.
///
/// # Shapes
/// `In` and `Out` are [`Chw`] of the same channels; each output side is
/// `(input - window) / stride + 1`, rounded down. No parameters.
///
/// Source: Y. LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE
/// 86 (1998), there called sub-sampling.
///
/// ```
/// use tinyconv::layers::AvgPool2d;
/// use tinyconv::{Chw, Direct, Kernel, Layer, Stride};
///
/// type Pool = AvgPool2d<Chw<1, 2, 2>, Chw<1, 1, 1>, Kernel<2, 2>, Stride<2, 2>>;
/// let mut output = [[[0.0f32; 1]]];
/// Pool::infer(&[], Direct, &[[[1.0, 2.0], [3.0, 6.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[3.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AvgPool2d<In, Out, K, S>(PhantomData<(In, Out, K, S)>);

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
> Layer for AvgPool2d<Chw<C, IH, IW>, Chw<C, OH, OW>, Kernel<KH, KW>, Stride<SH, SW>>
{
    type Input = Chw<C, IH, IW>;
    type Output = Chw<C, OH, OW>;

    const PARAMS: usize = {
        assert!(
            super::fits(IH, KH, SH, 0, OH) && super::fits(IW, KW, SW, 0, OW),
            "the output of this AvgPool2d has another shape: each side is \
             (input - window) / stride + 1, rounded down"
        );
        0
    };

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        _params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        _scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        avg_pool2d::forward(source, input, Kernel::<KH, KW>, Stride::<SH, SW>, output);
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        _trainable: U,
        _record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        _scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        if let Some(d_input) = d_input {
            avg_pool2d::backward(d_output, Kernel::<KH, KW>, Stride::<SH, SW>, d_input);
        }
    }
}
