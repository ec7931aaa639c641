//! The convolution layers.

use crate::kernels::{Geometry, conv2d};
use crate::layers::layer::computed;
use crate::plan::{Needs, Window};
use crate::{Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Weight};

/// `output[o][h][w] = bias[o] + sum over i, m, n of input[i][h * SH + m * DH - T][w * SW + n * DW - L] * weight[o][i][m][n]`
///
/// With a [`Window`] as its geometry: stride `S`, dilation `D`, rows and columns of zeros `T` and `L`
/// above and left. With groups, the channels of a group see their own input channels only.
///
/// # Shapes
/// Each output side is `(input + padding - reach) / stride + 1`, rounded down, where a kernel reaches over
/// `(kernel - 1) * dilation + 1`. Parameters: the weights, by output channel, input channel of its group, kernel row
/// and kernel column (PyTorch's order), then a bias for each output channel.
///
/// # Initialisation
/// Weights by [`Init`](crate::Init) with fan-in and fan-out as the input and output channels times the
/// taps of a kernel; biases zero.
///
/// Source: Y. LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE
/// 86 (1998).
///
/// ```
/// use tinyconv::layers::Conv2d;
/// use tinyconv::plan::Window;
/// use tinyconv::{Direct, Operation};
///
/// let edges = Conv2d(Window {
///     input: [1, 1, 4],
///     output: [1, 1, 3],
///     kernel: [1, 2],
///     stride: [1, 1],
///     dilation: [1, 1],
///     groups: 1,
///     padding: [[0, 0]; 2],
/// });
/// let params = [-1.0, 1.0, 0.5]; // two weights, one bias
/// let mut output = [0.0f32; 3];
/// edges.infer(&params, Direct, &[0.0, 0.0, 2.0, 3.0], &mut [], &mut output);
/// assert_eq!(output, [0.5, 2.5, 1.5]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Conv2d<G>(
    /// Its geometry: a type or a [`Window`].
    pub G,
);

/// `output[c][h][w] = bias[c] + sum over m, n of input[c / M][h * SH + m * DH - T][w * SW + n * DW - L] * weight[c][m][n]`
///
/// A [`Conv2d`] with as many groups as channels, each of which has `M` outputs, the multiplier. Followed by one with a kernel of 1 (a pointwise
/// convolution), it makes a depthwise separable one.
///
/// # Shapes
/// The output has `M` times the channels of the input, which are C. Parameters: the weights, C x M x kernel rows x
/// columns in that order, then C x M biases.
///
/// # Initialisation
/// Weights by [`Init`](crate::Init) with the taps of a kernel as fan-in, and `M` times as many as fan-out; biases zero.
///
/// Source: A. Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision
/// applications", 2017.
///
/// ```
/// tinyconv::network! { Edges: 2 x 1 x 2 { DepthwiseConv2d { kernel: (1, 2) } } }
///
/// let params = [-1.0, 1.0, 2.0, 0.5, 0.0, 10.0]; // two kernels, two biases
/// let mut output = [[[0.0f32; 1]]; 2];
/// Edges::infer(&params, &[[[1.0, 3.0]], [[2.0, 4.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[2.0]], [[10.0 + 4.0 + 2.0]]]);
/// ```
pub type DepthwiseConv2d<G> = Conv2d<G>;

impl<P: Place> Fixed for Conv2d<P> {
    const NEW: Self = Self(P::NEW);
}

impl<P: Place> Layer for Conv2d<P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

impl<G: Geometry> Operation for Conv2d<G> {
    #[inline(always)]
    fn infer<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        _scratch: &mut [E],
        output: &mut [E],
    ) {
        computed(params.split_at_checked(weights(self.0.get())).and_then(|(weight, bias)| {
            conv2d::forward(self.0, source, input, weight, bias, output)
        }));
    }

    #[inline(always)]
    fn infer_in_place<E: Element, P: Weight>(self, params: &[P], scratch: &mut [E], map: &mut [E]) {
        computed(params.split_at_checked(weights(self.0.get())).and_then(|(weight, bias)| {
            conv2d::depthwise_in_place(self.0, weight, bias, scratch, map)
        }));
    }

    #[inline(always)]
    fn infer_onto<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        output: &mut [E],
    ) {
        computed(params.split_at_checked(weights(self.0.get())).and_then(|(weight, bias)| {
            conv2d::forward_onto(self.0, source, input, weight, bias, output)
        }));
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        mut sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        _scratch: &mut [E],
        d_input: Option<&mut [E]>,
    ) {
        let (window, d_output) = (self.0.get(), &*d_output);
        // Not in a closure: one that is not inlined would divide for each bias, and could panic.
        let biases = weights(window);
        let Saved { source, input, .. } = saved;
        if let Some(d_input) = d_input {
            let weight = sink.parameters().get(..biases);
            computed(
                weight.and_then(|weight| conv2d::backward_input(self.0, weight, d_output, d_input)),
            );
        }
        if E::LANES > 1 && is_dense(window) {
            let at = |slice: &[E], index: usize| slice.get(index).copied().unwrap_or(E::ZERO);
            let read = |index: usize| {
                let source = source.at(index, input.len());
                input.get(index).map_or(E::ZERO, |&raw| source.read(raw))
            };
            let rows = (window.output[0], |o: usize| at(d_output, o));
            sink.add_products(0, rows, (input.len(), read));
        } else {
            let add = |first: usize, gradients: &[E]| sink.add(first, gradients);
            computed(conv2d::backward_weight(self.0, source, input, d_output, add));
        }
        let add = |first: usize, gradients: &[E]| sink.add(biases + first, gradients);
        computed(conv2d::backward_bias(self.0, d_output, add));
    }
}

/// How many weights there are.
#[inline(always)]
pub(super) fn weights(window: Window) -> usize {
    let Window { input, output, kernel, groups, .. } = window;
    output[0] * (input[0] / groups) * kernel[0] * kernel[1]
}

/// Every output sees every input, once.
#[inline(always)]
fn is_dense(window: Window) -> bool {
    let Window { input, output, kernel, groups, padding, .. } = window;
    groups == 1
        && [output[1], output[2]] == [1, 1]
        && kernel == [input[1], input[2]]
        && padding[0][0] == 0
        && padding[1][0] == 0
}
