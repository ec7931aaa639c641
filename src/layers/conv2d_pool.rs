//! The fused block of convolution, activation and max-pooling.

#[cfg(test)]
mod tests;

use super::activated::backward_activation;
use super::conv2d::weights;
use super::layer::computed;
use crate::kernels::{Geometry, conv2d, conv2d_pool};
use crate::plan::{Needs, needs_with_pool};
use crate::{
    Activation, Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Tape, Weight,
};

/// A [`Conv2d`](super::Conv2d), an activation and a [`MaxPool2d`](super::MaxPool2d) whose windows lie
/// side by side, computed together: the convolution's map is never held.
///
/// The same results as the three one after the other, bit for bit. [`network!`](macro@crate::network)
/// uses it by itself.
///
/// # Shapes
/// Input and parameters are those of the convolution, the output is that of the pooling. Training keeps
/// one choice per pooled cell; its backward pass needs no map for one sample, and the convolution's map
/// for elements of several.
///
/// # Initialisation
/// That of the convolution.
///
/// ```
/// use tinyconv::{Layer, Network};
///
/// tinyconv::network! {
///     Net: 1 x 1 x 4 { Conv2d { out: 1, kernel: 1 }, Relu, MaxPool2d { size: (1, 2) } }
/// }
///
/// let mut output = [[[0.0f32; 2]]];
/// // The map -1, 3, 1, -3 is never there.
/// Net::infer(&[2.0, -3.0], &[[[1.0, 3.0, 2.0, 0.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[3.0, 1.0]]]);
/// assert_eq!(<Net as Network>::Layers::NEEDS.choices, 2);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Conv2dMaxPool2d<G, A, Q>(
    /// The geometry of the convolution.
    pub G,
    /// The activation.
    pub A,
    /// The geometry of the pooling.
    pub Q,
);

impl<P: Place, A: Fixed, Q: Place> Fixed for Conv2dMaxPool2d<P, A, Q> {
    const NEW: Self = Self(P::NEW, A::NEW, Q::NEW);
}

impl<P: Place, A: Fixed, Q: Place> Layer for Conv2dMaxPool2d<P, A, Q> {
    const NEEDS: Needs = needs_with_pool(&P::PLACE, &Q::PLACE);
}

impl<G: Geometry, A: Activation, Q: Geometry> Conv2dMaxPool2d<G, A, Q> {
    #[inline(always)]
    fn pooled<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        output: &mut [E],
        choices: Option<&mut [E::Choice]>,
    ) {
        let Self(geometry, activation, pool) = self;
        computed(params.split_at_checked(weights(geometry.get())).and_then(|(weight, bias)| {
            conv2d_pool::forward(
                geometry, pool, activation, source, input, weight, bias, output, choices,
            )
        }));
    }
}

impl<G: Geometry, A: Activation, Q: Geometry> Operation for Conv2dMaxPool2d<G, A, Q> {
    #[inline(never)]
    fn infer<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        _scratch: &mut [E],
        output: &mut [E],
    ) {
        self.pooled(params, source, input, output, None);
    }

    #[inline(never)]
    fn forward<E: Element, S: Source<E>>(
        self,
        params: &[f32],
        source: S,
        input: &[S::Raw],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        self.pooled(params, source, input, output, Some(tape.choices));
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        mut sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        scratch: &mut [E],
        d_input: Option<&mut [E]>,
    ) {
        let Self(geometry, activation, pool) = self;
        let Saved { source, input, choices, output, .. } = saved;
        let biases = weights(geometry.get());
        backward_activation(activation, output, d_output);
        let d_output = &*d_output;
        if E::LANES == 1 {
            if let Some(d_input) = d_input {
                computed(sink.parameters().get(..biases).and_then(|weight| {
                    conv2d_pool::backward_input(geometry, pool, weight, choices, d_output, d_input)
                }));
            }
            let add = |first: usize, gradients: &[E]| sink.add(first, gradients);
            computed(conv2d_pool::backward_weight(
                geometry, pool, source, input, choices, d_output, add,
            ));
            let add = |first: usize, gradients: &[E]| sink.add(biases + first, gradients);
            computed(conv2d_pool::backward_bias(pool, choices, d_output, add));
        } else {
            // The winners of the lanes differ: the map is written out.
            let map = pool.get().input.iter().product();
            let Some(d_map) = scratch.get_mut(..map) else { return computed(None) };
            computed(conv2d_pool::backward_pool(pool, choices, d_output, d_map));
            if let Some(d_input) = d_input {
                let weight = sink.parameters().get(..biases);
                computed(
                    weight.and_then(|weight| {
                        conv2d::backward_input(geometry, weight, d_map, d_input)
                    }),
                );
            }
            let add = |first: usize, gradients: &[E]| sink.add(first, gradients);
            computed(conv2d::backward_weight(geometry, source, input, d_map, add));
            let add = |first: usize, gradients: &[E]| sink.add(biases + first, gradients);
            computed(conv2d::backward_bias(geometry, d_map, add));
        }
    }
}
