//! Probabilities as an output.

use crate::kernels::softmax;
use crate::plan::Needs;
use crate::{Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Weight};

/// `output[k] = exp(input[k] - m) / sum over j of exp(input[j] - m)`, `m` the largest input.
///
/// For a network whose output shall be probabilities. Cross-entropy takes logits and has a softmax
/// of its own: train without this layer, or with another loss.
///
/// # Shapes
/// Any map or vector, all of whose elements are taken together; the output has its shape. No
/// parameters.
///
/// Source: J. Bridle, "Probabilistic interpretation of feedforward classification network outputs, with
/// relationships to statistical pattern recognition", NATO ASI series F68 (1990).
///
/// ```
/// use tinyconv::layers::Softmax;
/// use tinyconv::{Direct, Operation};
///
/// let mut output = [0.0f32; 2];
/// Softmax(()).infer::<_, _, f32>(&[], Direct, &[1000.0, 1000.0], &mut [], &mut output);
/// assert_eq!(output, [0.5, 0.5]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Softmax<G>(
    /// A type for its place in a network, or nothing.
    pub G,
);

impl<P: Place> Fixed for Softmax<P> {
    const NEW: Self = Self(P::NEW);
}

impl<P: Place> Layer for Softmax<P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

impl<G: Copy + core::fmt::Debug + Send + Sync + 'static> Operation for Softmax<G> {
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
        softmax::forward(output);
    }

    #[inline(always)]
    fn infer_in_place<E: Element, P: Weight>(
        self,
        _params: &[P],
        _scratch: &mut [E],
        map: &mut [E],
    ) {
        softmax::forward(map);
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
            softmax::backward(saved.output, d_output, d_input);
        }
    }
}
