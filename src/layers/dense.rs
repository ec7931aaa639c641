//! The fully connected layer.

use super::layer::computed;
use crate::kernels::{Geometry, dense};
use crate::plan::Needs;
use crate::{Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Weight};

/// `output[o] = bias[o] + sum over i of input[i] * weight[i][o]`
///
/// # Shapes
/// Any map, read in the order channel, row, column; the output is a vector. Parameters: the weights,
/// inputs x outputs (the transpose of PyTorch's), then a bias for each output. The geometry of one that is
/// a value: `[inputs, outputs]`.
///
/// # Initialisation
/// Weights by [`Init`](crate::Init) with the number of inputs and outputs as fan-in and fan-out; biases
/// zero.
///
/// Source: F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization
/// in the brain", Psychological Review 65 (1958).
///
/// ```
/// use tinyconv::layers::Dense;
/// use tinyconv::{Direct, Operation};
///
/// let params = [1.0, 2.0, 10.0, 20.0, 0.5, 0.0]; // two rows of weights, two biases
/// let mut output = [0.0f32; 2];
/// Dense([2, 2]).infer(&params, Direct, &[3.0, 0.1], &mut [], &mut output);
/// assert_eq!(output, [4.5, 8.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Dense<G>(
    /// Its geometry: a type, or inputs and outputs.
    pub G,
);

impl<P: Place> Fixed for Dense<P> {
    const NEW: Self = Self(P::NEW);
}

impl<P: Place> Layer for Dense<P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

impl<G: Geometry<[usize; 2]>> Operation for Dense<G> {
    #[inline(always)]
    fn infer<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        _scratch: &mut [E],
        output: &mut [E],
    ) {
        let [inputs, outputs] = self.0.get();
        computed(params.split_at_checked(inputs * outputs).and_then(|(weight, bias)| {
            dense::forward(self.0, source, input, weight, bias, output)
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
        let ([inputs, outputs], d_output) = (self.0.get(), &*d_output);
        let weights = inputs * outputs;
        let Saved { source, input, .. } = saved;
        if let Some(d_input) = d_input {
            let weight = sink.parameters().get(..weights);
            computed(
                weight.and_then(|weight| dense::backward_input(self.0, weight, d_output, d_input)),
            );
        }
        if E::LANES > 1 {
            let read = |index: usize| {
                let source = source.at(index, input.len());
                input.get(index).map_or(E::ZERO, |&raw| source.read(raw))
            };
            let at = |index: usize| d_output.get(index).copied().unwrap_or(E::ZERO);
            sink.add_products(0, (inputs, read), (outputs, at));
        } else {
            let add = |first: usize, gradients: &[E]| sink.add(first, gradients);
            computed(dense::backward_weight(self.0, source, input, d_output, add));
        }
        let add = |first: usize, gradients: &[E]| sink.add(weights + first, gradients);
        computed(dense::backward_bias(self.0, d_output, add));
    }
}
