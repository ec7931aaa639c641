//! Probabilities as an output.

use core::marker::PhantomData;

use crate::kernels::softmax;
use crate::layer::{Layer, Record};
use crate::{Element, Shape, Source, Trainable};

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
/// use tinyconv::{Direct, Layer, Vector};
///
/// let mut output = [0.0f32; 2];
/// Softmax::<Vector<2>>::infer(&[], Direct, &[1000.0, 1000.0], &mut [], &mut output);
/// assert_eq!(output, [0.5, 0.5]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Softmax<In>(PhantomData<In>);

impl<In: Shape> Layer for Softmax<In> {
    type Input = In;
    type Output = In;

    const PARAMS: usize = 0;
    const NEEDS_OUTPUT: bool = true;

    #[inline(always)]
    fn infer<E: Element, S: Source<E>>(
        _params: &[f32],
        source: S,
        input: &In::Map<S::Raw>,
        _scratch: &mut [E],
        output: &mut In::Map<E>,
    ) {
        let output = In::flat_mut(output);
        for (y, &raw) in output.iter_mut().zip(In::flat(input)) {
            *y = source.read(raw);
        }
        softmax::forward(output);
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, U: Trainable<E>>(
        _trainable: U,
        record: Record<'_, E, S, Self>,
        d_output: &mut In::Map<E>,
        _scratch: &mut [E],
        d_input: Option<&mut In::Map<E>>,
    ) {
        if let Some(d_input) = d_input {
            let output = In::flat(record.output);
            softmax::backward(output, In::flat(d_output), In::flat_mut(d_input));
        }
    }
}
