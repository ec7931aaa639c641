//! The layer that hands on its input, for activations that stand first in a network.

use core::marker::PhantomData;

use crate::layer::{Layer, Record};
use crate::{Element, Shape, Source, Trainable};

/// `output = input`.
///
/// # Shapes
/// The output has the shape of the input. No parameters.
///
/// ```
/// use tinyconv::layers::{Activated, Pass};
/// use tinyconv::{Direct, Layer, Relu, Vector};
///
/// let mut output = [0.0f32; 2];
/// Activated::<Pass<Vector<2>>, Relu>::infer(&[], Direct, &[-1.0, 2.0], &mut [], &mut output);
/// assert_eq!(output, [0.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Pass<In>(PhantomData<In>);

impl<In: Shape> Layer for Pass<In> {
    type Input = In;
    type Output = In;

    const PARAMS: usize = 0;

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
