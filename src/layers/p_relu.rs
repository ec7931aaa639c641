//! The rectified linear unit whose slope below zero is learnt.

use super::scale::positions;
use crate::kernels::Geometry;
use crate::plan::{Dims, Needs};
use crate::{Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Weight};

/// `output[c][i] = input[c][i]` where that is above zero, else `slope[c] * input[c][i]`
///
/// The gradient of a slope starts at +0.0 and runs over the positions of its channel, ascending.
///
/// # Shapes
/// Any map or vector; the output has its shape. Parameters: a slope for each channel of a map, or each element of a
/// vector. Training keeps the map before it.
///
/// # Initialisation
/// Slopes of a quarter.
///
/// Source: K. He et al., "Delving deep into rectifiers", ICCV 2015.
///
/// ```
/// tinyconv::network! { Net: 2 x 1 x 2 { PRelu } }
///
/// let mut output = [[[0.0f32; 2]]; 2];
/// Net::infer(&[0.25, -1.0], &[[[-4.0, 3.0]], [[-4.0, 3.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[-1.0, 3.0]], [[4.0, 3.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PRelu<G>(
    /// A type for its place in a network, or the shape of its input.
    pub G,
);

impl<P: Place> Fixed for PRelu<P> {
    const NEW: Self = Self(P::NEW);
}

impl<P: Place> Layer for PRelu<P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

impl<G: Geometry<Dims>> Operation for PRelu<G> {
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
        for (plane, slope) in map.chunks_mut(positions(self.0.get())).zip(params) {
            let slope = E::splat(slope.value());
            for x in plane {
                *x = x.where_positive(*x, *x * slope);
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
        mut d_input: Option<&mut [E]>,
    ) {
        let positions = positions(self.0.get());
        let planes = d_output.chunks(positions).zip(saved.input.chunks(positions));
        for (channel, (ds, xs)) in planes.enumerate() {
            let first = channel * positions;
            let source = saved.source.at(first, saved.input.len());
            let xs = xs.iter().map(|&raw| source.read(raw));
            if let (Some(d_input), Some(&slope)) = (&mut d_input, sink.parameters().get(channel)) {
                let d_xs = d_input.iter_mut().skip(first);
                for (d_x, (&d, x)) in d_xs.zip(ds.iter().zip(xs.clone())) {
                    *d_x = *d_x + x.where_positive(d, d * E::splat(slope));
                }
            }
            let mut d_slope = E::ZERO;
            for (&d, x) in ds.iter().zip(xs) {
                d_slope = d_slope + x.where_positive(E::ZERO, d * x);
            }
            sink.add(channel, &[d_slope]);
        }
    }
}
