//! The max-pooling layer.

use core::marker::PhantomData;

use crate::kernels::max_pool2d;
use crate::layer::{Layer, Record};
use crate::{Chw, Element, Kernel, Shape, Source, Stride, Trainable};

/// `output[c][h][w] = max of input[c][h * SH + i][w * SW + j]`, i and j over the window.
///
/// The gradient goes to the first maximum of each window, in row-major order.
///
/// # Shapes
/// `In` and `Out` are [`Chw`] of the same channels; each output side is
/// `(input - window) / stride + 1`, rounded down. No parameters.
///
/// Source: K. Yamaguchi et al., "A neural network for speaker-independent isolated word recognition",
/// ICSLP 1990.
///
/// ```
/// use tinyconv::layers::MaxPool2d;
/// use tinyconv::{Chw, Direct, Kernel, Layer, Stride};
///
/// type Pool = MaxPool2d<Chw<1, 1, 4>, Chw<1, 1, 3>, Kernel<1, 2>, Stride<1, 1>>;
/// let mut output = [[[0.0f32; 3]]];
/// Pool::infer(&[], Direct, &[[[4.0, 1.0, 2.0, 3.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[4.0, 2.0, 3.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MaxPool2d<In, Out, K, S>(PhantomData<(In, Out, K, S)>);

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
> Layer for MaxPool2d<Chw<C, IH, IW>, Chw<C, OH, OW>, Kernel<KH, KW>, Stride<SH, SW>>
{
    type Input = Chw<C, IH, IW>;
    type Output = Chw<C, OH, OW>;

    const PARAMS: usize = {
        assert!(
            super::fits(IH, KH, SH, 0, OH) && super::fits(IW, KW, SW, 0, OW),
            "the output of this MaxPool2d has another shape: each side is \
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
        max_pool2d::forward(source, input, Kernel::<KH, KW>, Stride::<SH, SW>, output);
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        _trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut <Self::Output as Shape>::Map<E>,
        _scratch: &mut [E],
        d_input: Option<&mut <Self::Input as Shape>::Map<E>>,
    ) {
        if let Some(d_input) = d_input {
            max_pool2d::backward(
                record.source,
                record.input,
                d_output,
                Kernel::<KH, KW>,
                Stride::<SH, SW>,
                d_input,
            );
        }
    }
}
