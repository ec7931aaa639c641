//! The layer that averages whole channels.

use core::marker::PhantomData;

use crate::kernels::avg_pool2d;
use crate::layer::{Layer, Record};
use crate::{Chw, Element, Kernel, Shape, Source, Stride, Trainable, Vector};

/// `output[c] = mean of input[c][h][w]` over all rows and columns.
///
/// # Shapes
/// `In` is [`Chw`]; the output is a [`Vector`] of its channels. No parameters.
///
/// Source: M. Lin, Q. Chen, S. Yan, "Network in network", ICLR 2014.
///
/// ```
/// use tinyconv::layers::GlobalAvgPool2d;
/// use tinyconv::{Chw, Direct, Layer};
///
/// let mut output = [0.0f32; 2];
/// type Mean = GlobalAvgPool2d<Chw<2, 1, 2>>;
/// Mean::infer(&[], Direct, &[[[1.0, 3.0]], [[0.0, 1.0]]], &mut [], &mut output);
/// assert_eq!(output, [2.0, 0.5]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GlobalAvgPool2d<In>(PhantomData<In>);

impl<const C: usize, const H: usize, const W: usize> Layer for GlobalAvgPool2d<Chw<C, H, W>> {
    type Input = Chw<C, H, W>;
    type Output = Vector<C>;

    const PARAMS: usize = 0;

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        _params: &[f32],
        source: S,
        input: &<Self::Input as Shape>::Map<S::Raw>,
        _scratch: &mut [E],
        output: &mut <Self::Output as Shape>::Map<E>,
    ) {
        let output: &mut [[[E; 1]; 1]; C] = Chw::<C, 1, 1>::view_mut(output);
        avg_pool2d::forward(source, input, Kernel::<H, W>, Stride::<H, W>, output);
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
            let d_output: &[[[E; 1]; 1]; C] = Chw::<C, 1, 1>::view(d_output);
            avg_pool2d::backward(d_output, Kernel::<H, W>, Stride::<H, W>, d_input);
        }
    }
}
