//! A network in lanes, whether it is a type or a value.

use std::marker::PhantomData;

use tinyconv::layers::Linked;
use tinyconv::loss::{Goal, Loss, largest};
use tinyconv::plan::{Dims, LayerSpec, Needs};
use tinyconv::{
    BatchStage, DropoutKey, Fixed, Init, InputOf, Layer, Network, Outcome, OutputOf, Scratch,
    Shape, init_layers,
};

use super::{AddLanes, LossKind};
use crate::interpret::Interpreter;
use crate::lanes::Lanes;

/// What training, evaluation and measurements take: a network that is a type, as [`Typed`], or one that is
/// a value, as [`Interpreter`].
///
/// Blocks are as long as its [`needs`](Self::needs) say, in lanes.
///
/// ```
/// use tinyconv_training::interpret::Interpreter;
/// use tinyconv_training::training::{AnyNetwork, Typed};
/// use tinyconv::Network;
///
/// tinyconv::network! { Net: 1 x 8 x 8 { Dense { out: 4 }, Relu, Dense { out: 2 } } }
///
/// let value = Interpreter::new(Net::INPUT, Net::LAYERS)?;
/// let networks: [&dyn AnyNetwork; 2] = [&Typed::<Net>::NEW, &value];
/// assert_eq!(networks[0].needs(), networks[1].needs());
/// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
/// ```
pub trait AnyNetwork: Sync {
    /// The shape of its input.
    ///
    /// ```
    /// # use tinyconv_training::networks::Linear;
    /// # use tinyconv_training::training::{AnyNetwork, Typed};
    /// assert_eq!(Typed::<Linear>::NEW.input(), tinyconv::plan::Dims::Map([1, 28, 28]));
    /// ```
    fn input(&self) -> Dims;

    /// Its layers.
    ///
    /// ```
    /// # use tinyconv_training::networks::Linear;
    /// # use tinyconv_training::training::{AnyNetwork, Typed};
    /// assert_eq!(Typed::<Linear>::NEW.layers()[0].name, "classify");
    /// ```
    fn layers(&self) -> Vec<LayerSpec<'_>>;

    /// What it takes.
    ///
    /// ```
    /// # use tinyconv_training::networks::Linear;
    /// # use tinyconv_training::training::{AnyNetwork, Typed};
    /// assert_eq!(Typed::<Linear>::NEW.needs().output, 10);
    /// ```
    fn needs(&self) -> Needs;

    /// Draws the first parameters.
    ///
    /// ```
    /// # use tinyconv_training::networks::Linear;
    /// # use tinyconv_training::training::{AnyNetwork, Typed};
    /// let mut params = [1.0; Linear::PARAMS];
    /// Typed::<Linear>::NEW.init(tinyconv::Init::HeUniform, 1, &mut params);
    /// assert_eq!(params[7840..], [0.0; 10]); // the biases
    /// ```
    fn init(&self, init: Init, seed: u64, params: &mut [f32]) {
        init_layers(self.input(), &self.layers(), init, seed, params);
    }

    /// Computes the output.
    ///
    /// ```
    /// # use tinyconv_training::lanes::Lanes;
    /// # use tinyconv_training::training::{AnyNetwork, Typed};
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 1 } } }
    /// let (input, mut output) = ([3.0, 4.0].map(tinyconv::Element::splat), [Lanes::new([0.0; 16])]);
    /// Typed::<Net>::NEW.infer(&[1.0, 2.0, 0.5], &input, &mut [], &mut output);
    /// assert_eq!(output[0].to_array(), [11.5; 16]);
    /// ```
    fn infer(&self, params: &[f32], input: &[Lanes], scratch: &mut [Lanes], output: &mut [Lanes]);

    /// As [`Network::forward_stage`].
    ///
    /// ```
    /// # use tinyconv_training::lanes::Lanes;
    /// # use tinyconv_training::training::{AnyNetwork, Typed};
    /// # use tinyconv::{BatchStage, Element, Scratch};
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 1 } } }
    /// let mut elements = [Lanes::ZERO; 2]; // the output and its gradient
    /// let live = Lanes::splat(1.0);
    /// let stage = BatchStage { index: 0, samples: 16, live, shared: &mut [] };
    /// let scratch = Scratch { elements: &mut elements, choices: &mut [] };
    /// let input = [3.0, 4.0].map(Lanes::splat);
    /// Typed::<Net>::NEW.forward_stage(stage, &[1.0, 2.0, 0.5], &input, None, scratch);
    /// assert_eq!(elements[0].to_array(), [11.5; 16]);
    /// ```
    fn forward_stage(
        &self,
        stage: BatchStage<'_, Lanes>,
        params: &[f32],
        input: &[Lanes],
        key: Option<DropoutKey<'_>>,
        scratch: Scratch<'_, Lanes>,
    );

    /// The loss of the output that the forward pass left in `elements`.
    ///
    /// ```
    /// # use tinyconv_training::lanes::Lanes;
    /// # use tinyconv_training::training::{AnyNetwork, LossKind, Typed};
    /// # use tinyconv::{Element, loss::{Goal, Target}};
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 1 } } }
    /// let mut elements = [11.5, 0.0].map(Lanes::splat); // the output, and room for its gradient
    /// let goal = Goal { loss: &LossKind::MeanSquaredError, target: Target::Values(&[Lanes::splat(9.5)]) };
    /// assert_eq!(Typed::<Net>::NEW.outcome(goal, &mut elements).loss.to_array(), [4.0; 16]);
    /// ```
    fn outcome(&self, goal: Goal<'_, Lanes, LossKind>, elements: &mut [Lanes]) -> Outcome<Lanes> {
        let Needs { tape, output, .. } = self.needs();
        let (output, kept) = elements[tape..][..2 * output].split_at_mut(output);
        let loss = goal.loss.forward(output, goal.target, kept);
        Outcome { loss, predicted: largest(output) }
    }

    /// As [`Network::backward_stage`].
    ///
    /// ```
    /// # use tinyconv_training::lanes::Lanes;
    /// # use tinyconv_training::training::{AddLanes, AnyNetwork, LossKind, Typed};
    /// # use tinyconv::{BatchStage, Element, Scratch, loss::{Goal, Target}};
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 1 } } }
    /// let mut elements = [11.5, 0.0].map(Lanes::splat); // the output, and room for its gradient
    /// let goal = Goal { loss: &LossKind::MeanSquaredError, target: Target::Values(&[Lanes::splat(9.5)]) };
    /// let (net, input, live) = (Typed::<Net>::NEW, [3.0, 4.0].map(Lanes::splat), Lanes::splat(1.0));
    /// net.outcome(goal, &mut elements);
    /// let mut sums = [0.0; 3];
    /// net.backward_stage(
    ///     BatchStage { index: 0, samples: 16, live, shared: &mut [] },
    ///     AddLanes { parameters: &[1.0, 2.0, 0.5], sums: &mut sums },
    ///     &input,
    ///     goal,
    ///     Lanes::splat(1.0 / 16.0),
    ///     Scratch { elements: &mut elements, choices: &mut [] },
    /// );
    /// assert_eq!(sums, [2.0 * 2.0 * 3.0, 2.0 * 2.0 * 4.0, 2.0 * 2.0]);
    /// ```
    fn backward_stage(
        &self,
        stage: BatchStage<'_, Lanes>,
        sink: AddLanes<'_>,
        input: &[Lanes],
        goal: Goal<'_, Lanes, LossKind>,
        scale: Lanes,
        scratch: Scratch<'_, Lanes>,
    );

    /// Takes the statistics of a batch of `samples` samples, which the forward pass left in `elements`,
    /// into the running averages among the parameters.
    ///
    /// ```
    /// # use tinyconv_training::lanes::Lanes;
    /// # use tinyconv_training::training::{AnyNetwork, Typed};
    /// # use tinyconv::Element;
    /// # tinyconv::network! { Net: 1 x 1 x 1 { Dense { out: 1 }, BatchNorm { momentum: 0.5 } } }
    /// let mut params = [1.0, 0.0, 1.0, 0.0, 0.0, 1.0]; // the last two are mean and variance
    /// // The dense layer's output, mean and variance of the batch, the output, its gradient; more is free.
    /// let elements = [7.0, 4.0, 2.5, 0.0, 0.0, 0.0].map(Lanes::splat);
    /// Typed::<Net>::NEW.keep_statistics(&elements, 2, &mut params);
    /// assert_eq!(params[4..], [2.0, 0.5 + 2.5]);
    /// ```
    fn keep_statistics(&self, elements: &[Lanes], samples: usize, params: &mut [f32]);
}

/// A network that is a type.
///
/// ```
/// use tinyconv_training::networks::Linear;
/// use tinyconv_training::training::{AnyNetwork, Typed};
///
/// assert_eq!(Typed::<Linear>::NEW.needs().params, Linear::PARAMS);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Typed<N>(PhantomData<N>);

impl<N> Typed<N> {
    /// It.
    ///
    /// ```
    /// use tinyconv_training::networks::Linear;
    /// use tinyconv_training::training::Typed;
    ///
    /// const LINEAR: Typed<Linear> = Typed::NEW;
    /// # let _ = LINEAR;
    /// ```
    pub const NEW: Self = Self(PhantomData);
}

impl<N: Network> AnyNetwork for Typed<N> {
    fn input(&self) -> Dims {
        N::INPUT
    }

    fn layers(&self) -> Vec<LayerSpec<'_>> {
        N::LAYERS.to_vec()
    }

    fn needs(&self) -> Needs {
        N::Layers::NEEDS
    }

    fn init(&self, init: Init, seed: u64, params: &mut [f32]) {
        N::init(init, seed, params);
    }

    fn infer(&self, params: &[f32], input: &[Lanes], scratch: &mut [Lanes], output: &mut [Lanes]) {
        let (input, output) = (InputOf::<N>::view(input), OutputOf::<N>::view_mut(output));
        N::infer(params, input, scratch, output);
    }

    fn forward_stage(
        &self,
        stage: BatchStage<'_, Lanes>,
        params: &[f32],
        input: &[Lanes],
        key: Option<DropoutKey<'_>>,
        scratch: Scratch<'_, Lanes>,
    ) {
        N::forward_stage(stage, params, InputOf::<N>::view(input), key, scratch);
    }

    fn outcome(&self, goal: Goal<'_, Lanes, LossKind>, elements: &mut [Lanes]) -> Outcome<Lanes> {
        N::outcome(goal, elements)
    }

    fn backward_stage(
        &self,
        stage: BatchStage<'_, Lanes>,
        sink: AddLanes<'_>,
        input: &[Lanes],
        goal: Goal<'_, Lanes, LossKind>,
        scale: Lanes,
        scratch: Scratch<'_, Lanes>,
    ) {
        N::backward_stage(stage, sink, InputOf::<N>::view(input), goal, scale, scratch);
    }

    fn keep_statistics(&self, elements: &[Lanes], samples: usize, params: &mut [f32]) {
        N::Layers::NEW.keep_linked_statistics(elements, samples, params);
    }
}

impl AnyNetwork for Interpreter {
    fn input(&self) -> Dims {
        self.input()
    }

    fn layers(&self) -> Vec<LayerSpec<'_>> {
        self.layers()
    }

    fn needs(&self) -> Needs {
        self.needs()
    }

    fn infer(&self, params: &[f32], input: &[Lanes], scratch: &mut [Lanes], output: &mut [Lanes]) {
        self.infer(params, input, scratch, output);
    }

    fn forward_stage(
        &self,
        stage: BatchStage<'_, Lanes>,
        params: &[f32],
        input: &[Lanes],
        key: Option<DropoutKey<'_>>,
        scratch: Scratch<'_, Lanes>,
    ) {
        self.forward_stage(stage, params, input, key, scratch);
    }

    fn backward_stage(
        &self,
        stage: BatchStage<'_, Lanes>,
        sink: AddLanes<'_>,
        input: &[Lanes],
        goal: Goal<'_, Lanes, LossKind>,
        scale: Lanes,
        scratch: Scratch<'_, Lanes>,
    ) {
        self.backward_stage(stage, sink, input, goal, scale, scratch);
    }

    fn keep_statistics(&self, elements: &[Lanes], samples: usize, params: &mut [f32]) {
        self.keep_statistics(elements, samples, params);
    }
}
