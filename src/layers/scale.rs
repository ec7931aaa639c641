//! A weight and a bias for each channel.

use crate::kernels::Geometry;
use crate::kernels::geometry::of_place;
use crate::plan::{Dims, Needs};
use crate::{Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Weight};

/// `output[c][i] = bias[c] + input[c][i] * weight[c]`
///
/// For inputs whose channels have ranges of their own, and for a normalisation that follows an activation,
/// where no layer with weights takes it in.
///
/// The gradients of weight and bias start at +0.0 and run over the positions of a channel, ascending.
///
/// # Shapes
/// Any map or vector; the output has its shape. Parameters: a weight for each channel of a map, or each
/// element of a vector, then as many biases.
///
/// # Initialisation
/// Weights one, biases zero: at first, nothing changes.
///
/// Source: D. Arpit et al., "Normalization propagation", ICML 2016 (scale and shift as a layer).
///
/// ```
/// tinyconv::network! { Channels: 2 x 1 x 2 { Scale } }
///
/// let params = [2.0, 10.0, 0.5, -1.0]; // two weights, two biases
/// let mut output = [[[0.0f32; 2]]; 2];
/// Channels::infer(&params, &[[[1.0, 3.0]], [[1.0, 2.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[2.5, 6.5]], [[9.0, 19.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Scale<G>(
    /// A type for its place in a network, or the shape of its input.
    pub G,
);

impl<P: Place> Fixed for Scale<P> {
    const NEW: Self = Self(P::NEW);
}

impl<P: Place> Layer for Scale<P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

of_place! {
    Dims: place => place.input;
}

impl<G: Geometry<Dims>> Operation for Scale<G> {
    #[inline(always)]
    fn infer<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        scratch: &mut [E],
        output: &mut [E],
    ) {
        for (y, x) in output.iter_mut().zip(source.elements(input)) {
            *y = x;
        }
        self.infer_in_place(params, scratch, output);
    }

    #[inline(always)]
    fn infer_in_place<E: Element, P: Weight>(
        self,
        params: &[P],
        _scratch: &mut [E],
        map: &mut [E],
    ) {
        let weights_and_biases = params.iter().zip(params.iter().skip(self.0.get().channels()));
        let planes = map.chunks_mut(positions(self.0.get()));
        for (plane, (weight, bias)) in planes.zip(weights_and_biases) {
            let (weight, bias) = (E::splat(weight.value()), E::splat(bias.value()));
            for x in plane {
                *x = bias.multiply_add(*x, weight);
            }
        }
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
        let (channels, positions) = (self.0.get().channels(), positions(self.0.get()));
        if let Some(d_input) = d_input {
            let planes = d_input.chunks_mut(positions).zip(d_output.chunks(positions));
            for ((d_xs, ds), &weight) in planes.zip(sink.parameters()) {
                for (d_x, &d) in d_xs.iter_mut().zip(ds) {
                    *d_x = d_x.multiply_add(d, E::splat(weight));
                }
            }
        }
        let planes = d_output.chunks(positions).zip(saved.input.chunks(positions));
        for (channel, (ds, xs)) in planes.enumerate() {
            let (mut d_weight, mut d_bias) = (E::ZERO, E::ZERO);
            let source = saved.source.at(channel * positions, saved.input.len());
            for (&d, &raw) in ds.iter().zip(xs) {
                d_weight = d_weight.multiply_add(source.read(raw), d);
                d_bias = d_bias + d;
            }
            sink.add(channel, &[d_weight]);
            sink.add(channels + channel, &[d_bias]);
        }
    }
}

/// Elements of a channel; never zero, as chunks of none would be.
#[inline(always)]
pub(super) fn positions(dims: Dims) -> usize {
    (dims.height() * dims.width()).max(1)
}
