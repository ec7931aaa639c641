//! Whole networks: a list of layers written once, turned into a type by [`network!`](macro@crate::network).

mod deployed;
mod footprint;
mod init;
#[cfg(test)]
mod plan_tests;
pub(crate) mod step;

pub use deployed::{Deployed, fold, fold_layers};
pub use footprint::Footprint;
pub use init::{Init, init_layers};

use crate::layers::{Apart, Given, Linked};
use crate::loss::{CrossEntropy, Goal, Loss, Target};
use crate::plan::{Dims, LayerSpec, fingerprint};
use crate::{
    BatchStage, Direct, DropoutKey, Element, Fixed, GradientSink, Layer, Shape, Source, Tape,
    Weight,
};

/// The shape of a network's input.
///
/// ```
/// use tinyconv::{InputOf, Shape};
///
/// tinyconv::network! { Net: 3 x 4 x 5 { Dense { out: 2 } } }
///
/// assert_eq!(InputOf::<Net>::LEN, 60);
/// let image: <InputOf<Net> as Shape>::Map<u8> = [[[0; 5]; 4]; 3];
/// assert_eq!(InputOf::<Net>::flat(&image), [0; 3 * 4 * 5]);
/// ```
pub type InputOf<N> = <N as Network>::Input;

/// The shape of a network's output.
///
/// ```
/// use tinyconv::{OutputOf, Shape};
///
/// tinyconv::network! { Logits: 3 x 4 x 5 { Dense { out: 2 } } }
/// tinyconv::network! { Maps: 3 x 4 x 5 { MaxPool2d { size: 2 } } }
///
/// // A dense layer gives a vector, a pooling layer a map.
/// let logits: <OutputOf<Logits> as Shape>::Map<f32> = [0.5, 1.5];
/// let maps: <OutputOf<Maps> as Shape>::Map<f32> = [[[0.0, 1.0], [2.0, 3.0]]; 3];
/// assert_eq!(OutputOf::<Logits>::flat(&logits), [0.5, 1.5]);
/// assert_eq!(OutputOf::<Maps>::flat(&maps)[..4], [0.0, 1.0, 2.0, 3.0]);
/// ```
pub type OutputOf<N> = <N as Network>::Output;

/// A network: what [`network!`](macro@crate::network) writes, and what follows from it.
///
/// What serves any network:
///
/// ```
/// use tinyconv::Network;
///
/// tinyconv::network! { pub Net: 1 x 8 x 8 { Conv2d { out: 2, kernel: 3 }, Relu, Dense { out: 4 } } }
///
/// /// Bytes of flash for the parameters.
/// const fn flash<N: Network>() -> usize {
///     N::PARAMS * size_of::<f32>()
/// }
/// assert_eq!(flash::<Net>(), 4 * ((9 + 1) * 2 + (2 * 36 + 1) * 4));
/// assert_eq!((Net::NAME, Net::INPUT_LEN, Net::OUTPUT_LEN), ("Net", 64, 4));
/// assert_eq!(Net::LAYERS[2].kind.name(), "Dense");
/// ```
pub trait Network: Copy + Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;
    /// The shape of its input.
    const INPUT: Dims;
    /// The shape of its output.
    const OUTPUT: Dims;
    /// Its layers as values.
    const LAYERS: &'static [LayerSpec<'static>];
    /// Its layers as values, without those that only training needs.
    const DEPLOYED: &'static [LayerSpec<'static>];
    /// The shape of its input as a type.
    type Input: Shape;
    /// The shape of its output as a type.
    type Output: Shape;
    /// Its layers as a type.
    type Layers: Linked;
    /// Its layers as a type, without those that only training needs.
    type Deployed: Linked;

    /// Tells networks apart that cannot read each other's parameters.
    const FINGERPRINT: u64 = fingerprint(Self::INPUT, Self::LAYERS);
    /// Parameters, in `f32`.
    const PARAMS: usize = Self::Layers::NEEDS.params;
    /// Elements of the input.
    const INPUT_LEN: usize = InputOf::<Self>::LEN;
    /// Elements of the output.
    const OUTPUT_LEN: usize = OutputOf::<Self>::LEN;
    /// Scratch of [`infer`](Network::infer), in elements; input and output come on top.
    const INFER_SCRATCH: usize = Self::Layers::NEEDS.infer.apart;
    /// Scratch of [`gradients`](Network::gradients) for one sample, in elements; the input comes on
    /// top.
    const TRAIN_SCRATCH: usize = Self::Layers::NEEDS.step();
    /// Scratch of [`gradients`](Network::gradients) for elements of several samples.
    const TRAIN_SCRATCH_LANES: usize = Self::Layers::NEEDS.step_lanes();
    /// Scratch of [`gradients`](Network::gradients), in choices.
    const TRAIN_CHOICES: usize = Self::Layers::NEEDS.choices;

    /// Draws the first parameters.
    ///
    /// ```
    /// use tinyconv::{Init, Network};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 6 { Dense { out: 2 } } }
    ///
    /// let mut params = [9.0; Net::PARAMS];
    /// <Net as Network>::init(Init::HeUniform, 1, &mut params);
    /// assert!(params[..12].iter().all(|weight| weight.abs() <= 1.01)); // sqrt(6 / 6), about
    /// assert_eq!(params[12..], [0.0; 2]);
    /// ```
    fn init(init: Init, seed: u64, params: &mut [f32]) {
        init_layers(Self::INPUT, Self::LAYERS, init, seed, params);
    }

    /// Computes `output` from `input`.
    ///
    /// # Panics
    /// If `params` or `scratch` is shorter than the constants say. The function of the same name
    /// that [`network!`](macro@crate::network) writes takes arrays: there, the compiler sees to it.
    ///
    /// ```
    /// use tinyconv::Network;
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 1 } } }
    ///
    /// /// For any network that gives one number.
    /// fn number<N: Network>(params: &[f32], input: &[f32], scratch: &mut [f32]) -> f32 {
    ///     use tinyconv::{InputOf, OutputOf, Shape};
    ///     let mut output = [0.0];
    ///     let input = InputOf::<N>::view(input);
    ///     N::infer(params, input, scratch, OutputOf::<N>::view_mut(&mut output));
    ///     output[0]
    /// }
    /// assert_eq!(number::<Net>(&[1.0, 2.0, 0.5], &[3.0, 4.0], &mut []), 11.5);
    /// ```
    #[inline(always)]
    fn infer<E: Element, P: Weight>(
        params: &[P],
        input: &<InputOf<Self> as Shape>::Map<E>,
        scratch: &mut [E],
        output: &mut <OutputOf<Self> as Shape>::Map<E>,
    ) {
        Self::infer_from(params, Direct, input, scratch, output);
    }

    /// Computes `output` from an input that `source` reads.
    ///
    /// # Panics
    /// As [`infer`](Network::infer).
    ///
    /// ```
    /// use tinyconv::{Bytes, Network};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 1 } } }
    ///
    /// static PIXELS: [f32; 256] = Bytes::table(128.0, 128.0);
    /// let mut output = [0.0f32];
    /// <Net as Network>::infer_from(&[1.0, 2.0, 0.5], Bytes(&PIXELS), &[[[0, 192]]], &mut [], &mut output);
    /// assert_eq!(output, [0.5 - 1.0 + 0.5 * 2.0]);
    /// ```
    #[inline(always)]
    fn infer_from<E: Element, S: Source<E>, P: Weight>(
        params: &[P],
        source: S,
        input: &<InputOf<Self> as Shape>::Map<S::Raw>,
        scratch: &mut [E],
        output: &mut <OutputOf<Self> as Shape>::Map<E>,
    ) {
        const { assert_channels::<Self, E, S>() };
        let given = Given(source, Self::Input::flat(input));
        let mut output = Apart(Self::Output::flat_mut(output));
        let scratch = &mut scratch[..Self::INFER_SCRATCH];
        Self::Layers::NEW.infer_linked(params, &given, scratch, &mut output);
    }

    /// As [`infer_from`](Network::infer_from), by the forward pass of training, which keeps the maps
    /// between the layers: each of them, the output the last, is handed to `visit`. What they are
    /// maps of, [`Plan::maps`](crate::plan::Plan::maps) says.
    ///
    /// `scratch` holds [`Needs::tape`](crate::plan::Needs::tape) elements and [`TRAIN_CHOICES`](Network::TRAIN_CHOICES) choices,
    /// or more.
    ///
    /// ```
    /// use tinyconv::{Direct, Network, Scratch};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 1 }, Relu, Dense { out: 2 } } }
    ///
    /// let params = [1.0, 2.0, 0.5, 10.0, 20.0, 0.0, 1.0];
    /// let mut elements = [0.0f32; Net::TRAIN_SCRATCH];
    /// let scratch = Scratch { elements: &mut elements, choices: &mut [] };
    /// let mut output = [0.0; 2];
    /// let (mut maps, mut count) = ([[0.0; 2]; 2], 0);
    /// Net::infer_maps(&params, Direct, &[[[3.0, 4.0]]], scratch, &mut output, |map| {
    ///     maps[count][..map.len()].copy_from_slice(map);
    ///     count += 1;
    /// });
    /// assert_eq!(maps, [[11.5, 0.0], [115.0, 231.0]]);
    /// assert_eq!(output, [115.0, 231.0]);
    /// ```
    ///
    /// A network that normalises batches does not compile here: take [`Deployed`].
    ///
    /// # Panics
    /// As [`infer`](Network::infer).
    #[inline(always)]
    fn infer_maps<E: Element, S: Source<E>>(
        params: &[f32],
        source: S,
        input: &<InputOf<Self> as Shape>::Map<S::Raw>,
        scratch: Scratch<'_, E>,
        output: &mut <OutputOf<Self> as Shape>::Map<E>,
        mut visit: impl FnMut(&[E]),
    ) {
        const { assert_trains_alone::<Self>() };
        const { assert_channels::<Self, E, S>() };
        let Scratch { elements, choices } = scratch;
        let (maps, _) = elements.split_at_mut(Self::Layers::NEEDS.tape);
        let tape = Tape { maps, choices, key: None };
        let (input, output) = (Self::Input::flat(input), Self::Output::flat_mut(output));
        Self::Layers::NEW.forward_linked(None, params, source, input, tape, output);
        Self::Layers::NEW.visit_maps(maps, &mut visit);
        visit(output);
    }

    /// Hands the gradients of softmax and cross-entropy to `sink`, and returns the loss and
    /// whether the label had the largest logit.
    ///
    /// `scale` is 1 / batch for gradients of the mean over a batch, and zero in lanes that hold no
    /// sample.
    ///
    /// # Panics
    /// If the parameters of `sink` or `scratch` are shorter than the constants say.
    ///
    /// ```
    /// use tinyconv::{Accumulate, Network, Scratch};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    ///
    /// // All parameters zero: both classes have a probability of a half.
    /// let (parameters, mut gradients) = ([0.0; Net::PARAMS], [0.0f32; Net::PARAMS]);
    /// let outcome = Net::gradients(
    ///     Accumulate { parameters: &parameters, gradients: &mut gradients },
    ///     &[[[1.0, 3.0]]],
    ///     0,
    ///     1.0,
    ///     Scratch { elements: &mut [0.0; Net::TRAIN_SCRATCH], choices: &mut [] },
    /// );
    /// assert_eq!(gradients, [-0.5, 0.5, -1.5, 1.5, -0.5, 0.5]);
    /// assert!((outcome.loss - 2.0f32.ln()).abs() < 1e-4);
    /// ```
    #[inline(always)]
    fn gradients<E: Element, T: GradientSink<E>>(
        sink: T,
        input: &<InputOf<Self> as Shape>::Map<E>,
        label: E::Class,
        scale: E,
        scratch: Scratch<'_, E>,
    ) -> Outcome<E> {
        let goal = Goal { loss: &CrossEntropy::default(), target: Target::Class(label) };
        Self::gradients_of(sink, input, goal, scale, scratch)
    }

    /// As [`gradients`](Network::gradients), of any loss.
    ///
    /// ```
    /// use tinyconv::loss::{Goal, MeanSquaredError, Target};
    /// use tinyconv::{Accumulate, Network, Scratch};
    ///
    /// tinyconv::network! { Line: 1 x 1 x 1 { Dense { out: 1 } } }
    ///
    /// let mut gradients = [0.0; Line::PARAMS];
    /// let outcome = Line::gradients_of(
    ///     Accumulate { parameters: &[2.0, 1.0], gradients: &mut gradients },
    ///     &[[[3.0]]],
    ///     Goal { loss: &MeanSquaredError, target: Target::Values(&[5.0]) },
    ///     1.0,
    ///     Scratch { elements: &mut [0.0; Line::TRAIN_SCRATCH], choices: &mut [] },
    /// );
    /// assert_eq!(outcome.loss, (2.0f32 * 3.0 + 1.0 - 5.0).powi(2));
    /// assert_eq!(gradients, [2.0 * 2.0 * 3.0, 2.0 * 2.0]);
    /// ```
    ///
    /// # Panics
    /// As [`gradients`](Network::gradients).
    #[inline(always)]
    fn gradients_of<E: Element, L: Loss, T: GradientSink<E>>(
        sink: T,
        input: &<InputOf<Self> as Shape>::Map<E>,
        goal: Goal<'_, E, L>,
        scale: E,
        scratch: Scratch<'_, E>,
    ) -> Outcome<E> {
        const { assert_trains_alone::<Self>() };
        let Scratch { elements, choices } = scratch;
        let (params, input) = (sink.parameters(), Self::Input::flat(input));
        let outcome =
            step::forward::<Self::Layers, E, _, L>(params, Direct, input, goal, elements, choices);
        step::backward::<Self::Layers, E, _, T, L>(
            None, sink, Direct, input, goal, scale, elements, choices,
        );
        outcome
    }

    /// One [stage](BatchStage) of the forward pass over a batch, for one group of its
    /// samples. After stage 0 to `Needs::stages - 1`, the sums shared between them, comes
    /// [`outcome`](Network::outcome).
    ///
    /// # Panics
    /// If a block is shorter than the constants say.
    ///
    /// ```
    /// use tinyconv::loss::{Goal, MeanSquaredError, Target};
    /// use tinyconv::{Network, Scratch, BatchStage};
    ///
    /// tinyconv::network! { Line: 1 x 1 x 1 { Dense { out: 1 } } }
    ///
    /// // No layer waits for other samples: there is only stage 0.
    /// let mut elements = [0.0f32; Line::TRAIN_SCRATCH_LANES];
    /// let stage = BatchStage { index: 0, samples: 1, live: 1.0, shared: &mut [] };
    /// let scratch = Scratch { elements: &mut elements, choices: &mut [] };
    /// Line::forward_stage(stage, &[2.0, 1.0], &[[[3.0]]], None, scratch);
    /// let goal = Goal { loss: &MeanSquaredError, target: Target::Values(&[5.0]) };
    /// assert_eq!(Line::outcome(goal, &mut elements).loss, 4.0);
    /// ```
    #[inline(always)]
    fn forward_stage<E: Element>(
        stage: BatchStage<'_, E>,
        params: &[f32],
        input: &<InputOf<Self> as Shape>::Map<E>,
        key: Option<DropoutKey<'_>>,
        scratch: Scratch<'_, E>,
    ) {
        let Scratch { elements, choices } = scratch;
        let input = Self::Input::flat(input);
        step::forward_stage::<Self::Layers, E, _>(
            Some(stage),
            params,
            Direct,
            input,
            key,
            elements,
            choices,
        );
    }

    /// The loss of the output that the forward pass left in `elements`.
    ///
    /// # Panics
    /// If `elements` is shorter than the constants say.
    ///
    /// ```
    /// use tinyconv::loss::{CrossEntropy, Goal, Target};
    /// use tinyconv::{Network, Scratch, BatchStage};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 1 { Dense { out: 3 } } }
    ///
    /// let mut elements = [0.0f32; Net::TRAIN_SCRATCH_LANES];
    /// let stage = BatchStage { index: 0, samples: 1, live: 1.0, shared: &mut [] };
    /// let scratch = Scratch { elements: &mut elements, choices: &mut [] };
    /// Net::forward_stage(stage, &[0.0, 50.0, 9.0, 0.0, 0.0, 0.0], &[[[1.0]]], None, scratch);
    /// let goal = Goal { loss: &CrossEntropy::default(), target: Target::Class(0) };
    /// let outcome = Net::outcome(goal, &mut elements);
    /// assert_eq!(outcome.predicted, 1);
    /// assert!((outcome.loss - 50.0).abs() < 1e-3); // the label had next to no probability
    /// ```
    #[inline(always)]
    fn outcome<E: Element, L: Loss>(goal: Goal<'_, E, L>, elements: &mut [E]) -> Outcome<E> {
        const { assert_numbered(Self::OUTPUT_LEN) };
        step::outcome(Self::Layers::NEEDS, goal, elements)
    }

    /// One [stage](BatchStage) of the backward pass over a batch that follows
    /// [`outcome`](Network::outcome), from `Needs::backward_stages - 1` down to stage 0.
    ///
    /// # Panics
    /// If a block is shorter than the constants say.
    ///
    /// ```
    /// use tinyconv::loss::{Goal, MeanSquaredError, Target};
    /// use tinyconv::{Accumulate, Network, Scratch, BatchStage};
    ///
    /// tinyconv::network! { Line: 1 x 1 x 1 { Dense { out: 1 } } }
    ///
    /// let (parameters, input, mut gradients) = ([2.0, 1.0], [[[3.0f32]]], [0.0; 2]);
    /// let goal = Goal { loss: &MeanSquaredError, target: Target::Values(&[5.0]) };
    /// let mut elements = [0.0; Line::TRAIN_SCRATCH_LANES];
    ///
    /// let stage = BatchStage { index: 0, samples: 1, live: 1.0, shared: &mut [] };
    /// let scratch = Scratch { elements: &mut elements, choices: &mut [] };
    /// Line::forward_stage(stage, &parameters, &input, None, scratch);
    /// Line::outcome(goal, &mut elements);
    /// let stage = BatchStage { index: 0, samples: 1, live: 1.0, shared: &mut [] };
    /// let scratch = Scratch { elements: &mut elements, choices: &mut [] };
    /// let accumulate = Accumulate { parameters: &parameters, gradients: &mut gradients };
    /// Line::backward_stage(stage, accumulate, &input, goal, 1.0, scratch);
    /// assert_eq!(gradients, [2.0 * 2.0 * 3.0, 2.0 * 2.0]);
    /// ```
    #[inline(always)]
    fn backward_stage<E: Element, L: Loss, T: GradientSink<E>>(
        stage: BatchStage<'_, E>,
        sink: T,
        input: &<InputOf<Self> as Shape>::Map<E>,
        goal: Goal<'_, E, L>,
        scale: E,
        scratch: Scratch<'_, E>,
    ) {
        let Scratch { elements, choices } = scratch;
        let (stage, input) = (Some(stage), Self::Input::flat(input));
        step::backward::<Self::Layers, E, _, T, L>(
            stage, sink, Direct, input, goal, scale, elements, choices,
        );
    }
}

/// Stops the compiler if there are more classes than a `u16` tells apart.
#[track_caller]
pub(crate) const fn assert_numbered(classes: usize) {
    assert!(classes <= u16::MAX as usize + 1, "classes are numbered by a u16: at most 65536");
}

/// Stops the compiler if the source reads another number of channels than the input of `N` has.
#[track_caller]
pub(crate) const fn assert_channels<N: Network, E: Element, S: Source<E>>() {
    if let Some(channels) = S::CHANNELS {
        assert!(
            channels == N::INPUT.channels(),
            "the input has another number of channels: give a table for each of them \
             (`ChannelBytes`), or one for all (`Bytes`)"
        );
    }
}

/// Stops the compiler if the samples of `N` cannot be trained with one by one.
#[track_caller]
pub(crate) const fn assert_trains_alone<N: Network>() {
    assert_numbered(N::OUTPUT_LEN);
    assert!(
        N::Layers::NEEDS.stages == 1 && N::Layers::NEEDS.draws == 0,
        "batch normalisation and dropout are for training on the host: on a device, train \
         `Deployed<Net>`"
    );
}

/// Memory of a training step, owned by the caller.
///
/// ```
/// use tinyconv::Scratch;
///
/// tinyconv::network! {
///     Net: 1 x 4 x 4 { Conv2d { out: 2, kernel: 3 }, Relu, MaxPool2d { size: 2 }, Dense { out: 2 } }
/// }
///
/// let mut elements = [0.0f32; Net::TRAIN_SCRATCH];
/// let mut choices = [0u8; Net::TRAIN_CHOICES];
/// let scratch = Scratch { elements: &mut elements, choices: &mut choices };
/// assert_eq!(scratch.choices.len(), 2); // one window in each of two channels
/// ```
#[derive(Debug)]
pub struct Scratch<'a, E: Element> {
    /// [`Network::TRAIN_SCRATCH`] elements, or [`Network::TRAIN_SCRATCH_LANES`].
    pub elements: &'a mut [E],
    /// [`Network::TRAIN_CHOICES`] choices.
    pub choices: &'a mut [E::Choice],
}

/// What a training step saw.
///
/// ```
/// use tinyconv::Outcome;
///
/// // The training loop of a host counts with it.
/// let seen = [Outcome { loss: 0.25f32, predicted: 3 }, Outcome { loss: 0.75, predicted: 5 }];
/// let right = seen.iter().zip([3, 4]).filter(|(outcome, label)| outcome.predicted == *label).count();
/// assert_eq!(right, 1);
/// assert_eq!(seen.iter().map(|outcome| outcome.loss).sum::<f32>() / 2.0, 0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Outcome<E: Element> {
    /// The loss of each lane.
    pub loss: E,
    /// The class with the largest logit, in each lane.
    pub predicted: E::Class,
}
