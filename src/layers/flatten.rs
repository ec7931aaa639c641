//! The layer that makes a map a vector.

use core::marker::PhantomData;

use crate::layer::{Layer, Record};
use crate::{Element, Shape, Source, Trainable, Vector};

/// `output = input`, seen as a vector in the order channel, row, column (as in PyTorch).
///
/// A [`Dense`](super::Dense) layer reads maps as they are: [`network!`](crate::network) leaves the
/// copy out where one follows.
///
/// # Shapes
/// Any map of N elements; the output is a [`Vector`] of N. No parameters.
///
/// ```
/// use tinyconv::layers::Flatten;
/// use tinyconv::{Chw, Direct, Layer};
///
/// let mut output = [0.0f32; 4];
/// Flatten::<Chw<2, 1, 2>, 4>::infer(&[], Direct, &[[[1.0, 2.0]], [[3.0, 4.0]]], &mut [], &mut output);
/// assert_eq!(output, [1.0, 2.0, 3.0, 4.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Flatten<In, const N: usize>(PhantomData<In>);

impl<In: Shape, const N: usize> Layer for Flatten<In, N> {
    type Input = In;
    type Output = Vector<N>;

    const PARAMS: usize = {
        assert!(In::LEN == N, "a flattened map has as many elements as before");
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
        for (y, &raw) in Self::Output::flat_mut(output).iter_mut().zip(In::flat(input)) {
            *y = source.read(raw);
        }
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
            for (d_x, &d) in In::flat_mut(d_input).iter_mut().zip(Self::Output::flat(d_output)) {
                *d_x = *d_x + d;
            }
        }
    }
}
