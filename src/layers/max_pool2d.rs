//! The max-pooling layer.

use super::layer::computed;
use crate::kernels::{Geometry, max_pool2d};
use crate::plan::Needs;
use crate::{Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Weight};

/// `output[c][h][w] = max of input[c][h * SH + i - T][w * SW + j - L]`, i and j over the window; cells on
/// padding do not count.
///
/// The gradient goes to the first maximum of each window, in row-major order.
///
/// # Shapes
/// Input and output have the same channels; each output side is `(input + padding - window) / stride + 1`,
/// rounded down. No parameters.
///
/// Source: K. Yamaguchi et al., "A neural network for speaker-independent isolated word recognition",
/// ICSLP 1990.
///
/// ```
/// tinyconv::network! { Pool: 1 x 1 x 4 { MaxPool2d { size: (1, 2), stride: 1 } } }
///
/// let mut output = [[[0.0f32; 3]]];
/// Pool::infer::<_, f32>(&[], &[[[4.0, 1.0, 2.0, 3.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[4.0, 2.0, 3.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MaxPool2d<G>(
    /// Its geometry: a type or a [`Window`](crate::plan::Window).
    pub G,
);

impl<P: Place> Fixed for MaxPool2d<P> {
    const NEW: Self = Self(P::NEW);
}

impl<P: Place> Layer for MaxPool2d<P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

impl<G: Geometry> Operation for MaxPool2d<G> {
    #[inline(always)]
    fn infer<E: Element, S: Source<E>, P: Weight>(
        self,
        _params: &[P],
        source: S,
        input: &[S::Raw],
        _scratch: &mut [E],
        output: &mut [E],
    ) {
        computed(max_pool2d::forward(self.0, source, input, output));
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        _sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        _scratch: &mut [E],
        d_input: Option<&mut [E]>,
    ) {
        if let Some(d_input) = d_input {
            computed(max_pool2d::backward(self.0, saved.source, saved.input, d_output, d_input));
        }
    }
}
