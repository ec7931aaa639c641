//! The average-pooling layers.

use super::layer::computed;
use crate::kernels::geometry::of_place;
use crate::kernels::{Geometry, avg_pool2d};
use crate::plan::{LayerKind, Needs, Window};
use crate::{Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Weight};

/// `output[c][h][w] = mean of input[c][h * SH + i - T][w * SW + j - L]`, i and j over the window; cells on
/// padding add nothing, and count only if [`counts_padding`](crate::plan::AvgPoolOptions::counts_padding) says so.
///
/// # Shapes
/// Input and output have the same channels; each output side is `(input + padding - window) / stride + 1`,
/// rounded down. No parameters.
///
/// Source: Y. LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE
/// 86 (1998), there called sub-sampling.
///
/// ```
/// tinyconv::network! { Pool: 1 x 2 x 2 { AvgPool2d { size: 2 } } }
///
/// let mut output = [[[0.0f32; 1]]];
/// Pool::infer::<_, f32>(&[], &[[[1.0, 2.0], [3.0, 6.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[3.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AvgPool2d<G>(
    /// Its geometry: a type, or a [`Window`] and whether its padding counts.
    pub G,
);

/// `output[c] = mean of input[c][h][w]` over all rows and columns.
///
/// An [`AvgPool2d`] with one window.
///
/// # Shapes
/// The output is a vector, an element for each channel of the input. No parameters.
///
/// Source: M. Lin, Q. Chen, S. Yan, "Network in network", ICLR 2014.
///
/// ```
/// tinyconv::network! { Mean: 2 x 1 x 2 { GlobalAvgPool2d } }
///
/// let mut output = [0.0f32; 2];
/// Mean::infer::<_, f32>(&[], &[[[1.0, 3.0]], [[0.0, 1.0]]], &mut [], &mut output);
/// assert_eq!(output, [2.0, 0.5]);
/// ```
pub type GlobalAvgPool2d<G> = AvgPool2d<G>;

impl<P: Place> Fixed for AvgPool2d<P> {
    const NEW: Self = Self(P::NEW);
}

impl<P: Place> Layer for AvgPool2d<P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

of_place! {
    (Window, bool): place => {
        let window = match place.facts.window {
            Some(window) => window,
            None => Window::new([0; 3], [0; 3], [1; 2], [1; 2], [0; 2]),
        };
        (window, matches!(place.spec.kind, LayerKind::AvgPool2d(options) if options.counts_padding))
    };
}

impl<G: Geometry<(Window, bool)>> Operation for AvgPool2d<G> {
    #[inline(always)]
    fn infer<E: Element, S: Source<E>, P: Weight>(
        self,
        _params: &[P],
        source: S,
        input: &[S::Raw],
        _scratch: &mut [E],
        output: &mut [E],
    ) {
        let (window, counts_padding) = self.0.get();
        computed(avg_pool2d::forward(window, counts_padding, source, input, output));
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
            let (window, counts_padding) = self.0.get();
            computed(avg_pool2d::backward(window, counts_padding, d_output, d_input));
        }
    }
}
