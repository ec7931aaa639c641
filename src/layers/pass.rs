//! Layers that hand on their input.

use crate::plan::Needs;
use crate::{Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Weight};

/// `output = input`, for activations that stand first in a network.
///
/// # Shapes
/// The output has as many elements as the input. No parameters.
///
/// ```
/// use tinyconv::layers::{Activated, Pass, Staged};
/// use tinyconv::{Direct, Relu};
///
/// let mut output = [0.0f32; 2];
/// Activated(Pass(()), Relu).compute::<_, _, f32>(&[], Direct, &[-1.0, 2.0], &mut [], &mut output);
/// assert_eq!(output, [0.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Pass<G>(
    /// A type for its place in a network, or nothing.
    pub G,
);

/// `output = input`, seen as a vector in the order channel, row, column (as in PyTorch).
///
/// A [`Dense`](super::Dense) layer reads maps as they are: [`network!`](macro@crate::network) leaves the
/// copy out where one follows.
///
/// # Shapes
/// Any map of N elements; the output is a vector of N. No parameters.
///
/// ```
/// tinyconv::network! { Flat: 2 x 1 x 2 { Flatten } }
///
/// let mut output = [0.0f32; 4];
/// Flat::infer::<_, f32>(&[], &[[[1.0, 2.0]], [[3.0, 4.0]]], &mut [], &mut output);
/// assert_eq!(output, [1.0, 2.0, 3.0, 4.0]);
/// ```
pub type Flatten<G> = Pass<G>;

impl<P: Place> Fixed for Pass<P> {
    const NEW: Self = Self(P::NEW);
}

impl<P: Place> Layer for Pass<P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

impl<G: Copy + core::fmt::Debug + Send + Sync + 'static> Operation for Pass<G> {
    #[inline(always)]
    fn infer<E: Element, S: Source<E>, P: Weight>(
        self,
        _params: &[P],
        source: S,
        input: &[S::Raw],
        _scratch: &mut [E],
        output: &mut [E],
    ) {
        for (y, x) in output.iter_mut().zip(source.elements(input)) {
            *y = x;
        }
    }

    #[inline(always)]
    fn infer_in_place<E: Element, P: Weight>(
        self,
        _params: &[P],
        _scratch: &mut [E],
        _map: &mut [E],
    ) {
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        _sink: T,
        _saved: Saved<'_, E, S>,
        d_output: &mut [E],
        _scratch: &mut [E],
        d_input: Option<&mut [E]>,
    ) {
        if let Some(d_input) = d_input {
            for (d_x, &d) in d_input.iter_mut().zip(&*d_output) {
                *d_x = *d_x + d;
            }
        }
    }
}
