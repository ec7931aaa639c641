//! Whole networks: a list of layers written once, turned into a type by [`network!`](crate::network).

use crate::layer::{Layer, Record, Tape};
use crate::spec::{Dims, LayerSpec, fingerprint};
use crate::{Element, Init, Shape, Trainable, loss};

/// The shape of a network's input.
pub type InputOf<N> = <<N as Network>::Layers as Layer>::Input;

/// The shape of a network's output.
pub type OutputOf<N> = <<N as Network>::Layers as Layer>::Output;

/// A network: what [`network!`](crate::network) writes, and what follows from it.
pub trait Network: Copy + Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;
    /// The shape of its input.
    const INPUT: Dims;
    /// The shape of its output.
    const OUTPUT: Dims;
    /// Its layers as values.
    const LAYERS: &'static [LayerSpec<'static>];
    /// Its layers as a type.
    type Layers: Layer;

    /// Tells networks apart that cannot read each other's parameters.
    const FINGERPRINT: u64 = fingerprint(Self::INPUT, Self::LAYERS);
    /// Parameters, in `f32`.
    const PARAMS: usize = Self::Layers::PARAMS;
    /// Elements of the input.
    const INPUT_LEN: usize = InputOf::<Self>::LEN;
    /// Elements of the output.
    const OUTPUT_LEN: usize = OutputOf::<Self>::LEN;
    /// Scratch of [`infer`](Network::infer), in elements; input and output come on top.
    const INFER_SCRATCH: usize = Self::Layers::INFER_SCRATCH;
    /// Scratch of [`gradients`](Network::gradients) for one sample, in elements; the input comes on
    /// top.
    const TRAIN_SCRATCH: usize =
        Self::Layers::TAPE + 2 * Self::OUTPUT_LEN + Self::Layers::BACKWARD_SCRATCH;
    /// Scratch of [`gradients`](Network::gradients) for elements of several samples.
    const TRAIN_SCRATCH_LANES: usize =
        Self::Layers::TAPE + 2 * Self::OUTPUT_LEN + Self::Layers::BACKWARD_SCRATCH_LANES;
    /// Scratch of [`gradients`](Network::gradients), in choices.
    const TRAIN_CHOICES: usize = Self::Layers::CHOICES;

    /// Draws the first parameters.
    fn init(init: Init, seed: u64, params: &mut [f32]) {
        Self::Layers::init(init, &Init::random(seed), 0, params);
    }

    /// Computes `output` from `input`.
    ///
    /// # Panics
    /// If `params` or `scratch` is shorter than the constants say. The function of the same name
    /// that [`network!`](crate::network) writes takes arrays: there, the compiler sees to it.
    #[inline(always)]
    fn infer<E: Element>(
        params: &[f32],
        input: &<InputOf<Self> as Shape>::Map<E>,
        scratch: &mut [E],
        output: &mut <OutputOf<Self> as Shape>::Map<E>,
    ) {
        Self::Layers::infer(params, input, scratch, output);
    }

    /// Hands the gradients of softmax and cross-entropy to `trainable`, and returns the loss and
    /// whether the label had the largest logit.
    ///
    /// `scale` is 1 / batch for gradients of the mean over a batch, and zero in lanes that hold no
    /// sample.
    ///
    /// # Panics
    /// If the parameters of `trainable` or `scratch` are shorter than the constants say.
    #[inline(always)]
    fn gradients<E: Element, T: Trainable<E>>(
        trainable: T,
        input: &<InputOf<Self> as Shape>::Map<E>,
        label: E::Choice,
        scale: E,
        scratch: Scratch<'_, E>,
    ) -> Outcome<E> {
        const { assert!(Self::OUTPUT_LEN < 255, "a class is a byte: at most 254 of them") };
        let (tape, rest) = scratch.elements.split_at_mut(Self::Layers::TAPE);
        let (output, rest) = rest.split_at_mut(Self::OUTPUT_LEN);
        let (d_output, backward) = rest.split_at_mut(Self::OUTPUT_LEN);
        let output = OutputOf::<Self>::view_mut(output);
        Self::Layers::forward(
            trainable.parameters(),
            input,
            Tape { maps: tape, choices: scratch.choices },
            output,
        );
        let logits = OutputOf::<Self>::flat(output);
        let value = loss::cross_entropy(logits, label, d_output);
        let outcome = Outcome { loss: value, predicted: loss::largest(logits) };
        loss::backward_cross_entropy(label, scale, d_output);
        Self::Layers::backward(
            trainable,
            Record { input, maps: tape, choices: scratch.choices, output },
            OutputOf::<Self>::view_mut(d_output),
            backward,
            None,
        );
        outcome
    }
}

/// Memory of a training step, owned by the caller.
#[derive(Debug)]
pub struct Scratch<'a, E: Element> {
    /// [`Network::TRAIN_SCRATCH`] elements, or [`Network::TRAIN_SCRATCH_LANES`].
    pub elements: &'a mut [E],
    /// [`Network::TRAIN_CHOICES`] choices.
    pub choices: &'a mut [E::Choice],
}

/// What a training step saw.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Outcome<E: Element> {
    /// The loss of each lane.
    pub loss: E,
    /// The class with the largest logit, in each lane.
    pub predicted: E::Choice,
}
