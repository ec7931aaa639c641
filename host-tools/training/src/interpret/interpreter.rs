//! A list of layers as a network.

use tinyconv::layers::{AnyActivation, AnyLayer};
use tinyconv::loss::{Goal, Loss};
use tinyconv::plan::{Class, Dims, LayerKind, LayerSpec, Needs, Placed, Plan, Walk};
use tinyconv::{
    BatchStage, Direct, DropoutKey, Element, GradientSink, Saved, Scratch, Tape, Weight,
};

use super::InterpretError;
use super::chain::Chain;
use super::node::{Node, activate, compute};
use crate::model::{borrowed, owned};

/// Elements of the largest map: 16 MiB, 256 in lanes.
const MOST_ELEMENTS: usize = 1 << 22;

/// Multiply-adds of the longest inference: some seconds.
const MOST_MULTIPLY_ADDS: usize = 1 << 32;

/// A network that is a value: a list of layers that fit together, with the shapes between them.
///
/// # Shapes
/// Maps are slices, channel by channel, row by row; parameters are those of the network's type.
///
/// ```
/// use tinyconv_training::interpret::Interpreter;
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
/// let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
/// let params = [1.0, -1.0, 2.0, -2.0, 0.5, 0.5]; // a row for each input, two biases
/// assert_eq!(network.run(&params, &[10.0f32, 1.0]), [0.5 + 10.0 + 2.0, 0.0]);
/// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Interpreter {
    input: Dims,
    output: Dims,
    /// Names and kinds.
    layers: Vec<(String, LayerKind)>,
    chain: Chain,
}

impl Interpreter {
    /// Checks that `layers` fit together for an input of shape `input`.
    ///
    /// # Errors
    /// If they do not, or if computing them would take more memory or time than any network for a
    /// microcontroller takes.
    ///
    /// ```
    /// use tinyconv_training::interpret::{InterpretError, Interpreter};
    /// use tinyconv::plan::{Dims, LayerKind, LayerSpec};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::GlobalAvgPool2d }];
    /// assert!(Interpreter::new(Dims::Map([1, 4, 4]), &layers).is_ok());
    /// let refused = Interpreter::new(Dims::Vector(16), &layers).unwrap_err();
    /// assert!(matches!(refused, InterpretError::Layer(_)), "{refused}");
    /// ```
    pub fn new(input: Dims, layers: &[LayerSpec<'_>]) -> Result<Self, InterpretError> {
        let plan = Plan::new(input, layers);
        let places: Vec<Placed<'_>> = Walk::new(input, layers).collect();
        let mut work = 0usize;
        for place in &places {
            let facts = place.facts;
            if let (Some(_), Err(misfit)) = (place.misfit, plan) {
                return Err(InterpretError::Layer(misfit.explain().as_str().to_owned()));
            }
            let elements = facts.output.len().max(place.input.len());
            if elements > MOST_ELEMENTS {
                let index = place.index;
                return Err(InterpretError::TooLarge { index, elements, limit: MOST_ELEMENTS });
            }
            work = work.saturating_add(facts.multiply_adds).saturating_add(facts.visits);
        }
        if work > MOST_MULTIPLY_ADDS {
            let limit = MOST_MULTIPLY_ADDS;
            return Err(InterpretError::TooSlow { multiply_adds: work, limit });
        }
        let plan =
            plan.map_err(|misfit| InterpretError::Layer(misfit.explain().as_str().to_owned()))?;
        let chain = Node::chain(plan.blocks(), &places).ok_or(InterpretError::Empty)?;
        Ok(Self { input, output: plan.output(), layers: owned(layers), chain })
    }

    /// Its layers.
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.layers()[1].kind, LayerKind::Relu);
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn layers(&self) -> Vec<LayerSpec<'_>> {
        borrowed(&self.layers)
    }

    /// The shape of the input.
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.input(), Dims::Map([1, 1, 2]));
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub const fn input(&self) -> Dims {
        self.input
    }

    /// The shape of the output.
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.output(), Dims::Vector(1));
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub const fn output(&self) -> Dims {
        self.output
    }

    /// The parameters of all layers.
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.parameters(), 3); // two weights, a bias
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.chain.needs.params
    }

    /// The output for `input`.
    ///
    /// # Panics
    /// If `parameters` or `input` has another length than the network's.
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.run(&[1.0, 2.0, 0.5], &[3.0f32, 4.0]), [11.5]);
    /// assert_eq!(network.run(&[1.0, 2.0, 0.5], &[3.0f64, -4.0]), [0.0]);
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn run<E: Element>(&self, parameters: &[f32], input: &[E]) -> Vec<E> {
        self.check(parameters, input);
        let mut scratch = vec![E::ZERO; self.chain.needs.infer.apart];
        let mut output = vec![E::ZERO; self.chain.needs.output];
        self.infer(parameters, input, &mut scratch, &mut output);
        output
    }

    /// The output for `input`; `each` sees what every layer makes, by the layer's index.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// let mut maps = Vec::new();
    /// let output = network.run_each(&[1.0, 2.0, 0.5], &[3.0f32, -4.0], |layer, map| {
    ///     maps.push((layer, map[0]));
    /// });
    /// assert_eq!(maps, [(0, -4.5), (1, 0.0)]);
    /// assert_eq!(output, [0.0]);
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn run_each<E: Element>(
        &self,
        parameters: &[f32],
        input: &[E],
        mut each: impl FnMut(usize, &[E]),
    ) -> Vec<E> {
        self.check(parameters, input);
        let mut map = input.to_vec();
        let mut kept = Vec::new();
        for place in Walk::new(self.input, &self.layers()) {
            match place.spec.kind.class() {
                Class::Fork => kept.push((map.clone(), None)),
                Class::Branch => {
                    let (block_input, first) = kept.last_mut().expect("a branch is in a block");
                    *first = Some(std::mem::replace(&mut map, block_input.clone()));
                }
                Class::Join => {
                    let (block_input, first) = kept.pop().expect("each end of a block has a begin");
                    let other: Vec<E> = first.unwrap_or(block_input);
                    for (y, x) in map.iter_mut().zip(other) {
                        *y = x + *y;
                    }
                }
                Class::Concat => {
                    let (block_input, first) = kept.pop().expect("each end of a block has a begin");
                    // Without a second branch, the input comes behind the first one.
                    match first {
                        Some(first) => map = [first, map].concat(),
                        None => map.extend(block_input),
                    }
                }
                Class::Activation => {
                    let activation = AnyActivation::of(place.spec.kind).expect("its class says so");
                    activate(activation, &mut map);
                }
                Class::Convolution
                | Class::Dense
                | Class::Weighted
                | Class::Normalisation
                | Class::MaxPool
                | Class::Flatten
                | Class::Random
                | Class::KeepsOutput
                | Class::Plain => {
                    let layer = AnyLayer::of(&place).expect("a layer by itself");
                    let needs = place.facts.needs;
                    let mut scratch = vec![E::ZERO; needs.infer.apart];
                    let mut output = vec![E::ZERO; needs.output];
                    let params = &parameters[place.params()];
                    compute(layer, params, &map, &mut scratch, &mut output);
                    map = output;
                }
            }
            each(place.index, &map);
        }
        map
    }

    fn check<E: Element>(&self, parameters: &[f32], input: &[E]) {
        assert_eq!(parameters.len(), self.parameters(), "as many parameters as the network has");
        assert_eq!(input.len(), self.input().len(), "as many elements as the input has");
    }

    /// What it takes, as [`Layer::NEEDS`](tinyconv::Layer::NEEDS) says of its type.
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// assert_eq!(network.needs().step(), 2); // the output and its gradient
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub const fn needs(&self) -> Needs {
        self.chain.needs
    }

    /// As [`Network::infer`](tinyconv::Network::infer).
    ///
    /// # Panics
    /// If a block is shorter than [`needs`](Self::needs) says.
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// let mut output = [0.0f32];
    /// network.infer(&[1.0, 2.0, 0.5], &[3.0, 4.0], &mut [], &mut output);
    /// assert_eq!(output, [11.5]);
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    pub fn infer<E: Element, P: Weight>(
        &self,
        params: &[P],
        input: &[E],
        scratch: &mut [E],
        output: &mut [E],
    ) {
        self.chain.infer(params, input, scratch, output);
    }

    /// As [`Network::forward_stage`](tinyconv::Network::forward_stage); the loss takes what it leaves in
    /// the same way, too.
    ///
    /// # Panics
    /// As [`infer`](Self::infer).
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # use tinyconv::{BatchStage, Scratch};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// let mut elements = [0.0f32; 2];
    /// let scratch = Scratch { elements: &mut elements, choices: &mut [] };
    /// let stage = BatchStage { index: 0, samples: 1, live: 1.0, shared: &mut [] };
    /// network.forward_stage(stage, &[1.0, 2.0, 0.5], &[3.0, 4.0], None, scratch);
    /// assert_eq!(elements[0], 11.5);
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    pub fn forward_stage<E: Element>(
        &self,
        stage: BatchStage<'_, E>,
        params: &[f32],
        input: &[E],
        key: Option<DropoutKey<'_>>,
        scratch: Scratch<'_, E>,
    ) {
        let Scratch { elements, choices } = scratch;
        let (maps, rest) = elements.split_at_mut(self.chain.needs.tape);
        let (output, _) = rest.split_at_mut(self.chain.needs.output);
        self.chain.forward_stage(stage, params, input, Tape { maps, choices, key }, output);
    }

    /// As [`Network::backward_stage`](tinyconv::Network::backward_stage).
    ///
    /// # Panics
    /// As [`infer`](Self::infer).
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::loss::{Goal, Loss, MeanSquaredError, Target};
    /// # use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec};
    /// # use tinyconv::{Accumulate, BatchStage, Scratch};
    /// # let dense = LayerKind::Dense(DenseOptions { out: 1 });
    /// # let layers = [dense, LayerKind::Relu].map(|kind| LayerSpec { name: "", kind });
    /// # let network = Interpreter::new(Dims::Map([1, 1, 2]), &layers)?;
    /// let goal = Goal { loss: &MeanSquaredError, target: Target::Values(&[10.5]) };
    /// // As the forward pass left them: the output 11.5, and what the loss keeps.
    /// let mut elements = [11.5f32, 0.0];
    /// goal.loss.forward(&[11.5], goal.target, &mut elements[1..]);
    /// let mut gradients = [0.0; 3];
    /// network.backward_stage(
    ///     BatchStage { index: 0, samples: 1, live: 1.0, shared: &mut [] },
    ///     Accumulate { parameters: &[1.0, 2.0, 0.5], gradients: &mut gradients },
    ///     &[3.0, 4.0],
    ///     goal,
    ///     1.0,
    ///     Scratch { elements: &mut elements, choices: &mut [] },
    /// );
    /// assert_eq!(gradients, [2.0 * 3.0, 2.0 * 4.0, 2.0]);
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    pub fn backward_stage<E: Element, L: Loss, T: GradientSink<E>>(
        &self,
        stage: BatchStage<'_, E>,
        sink: T,
        input: &[E],
        goal: Goal<'_, E, L>,
        scale: E,
        scratch: Scratch<'_, E>,
    ) {
        let Scratch { elements, choices } = scratch;
        let needs = &self.chain.needs;
        let (maps, rest) = elements.split_at_mut(needs.tape);
        let (output, rest) = rest.split_at_mut(needs.output);
        let (d_output, scratch) = rest.split_at_mut(needs.output);
        if stage.index + 1 == needs.backward_stages {
            goal.loss.backward(goal.target, scale, d_output);
        }
        let saved = Saved { source: Direct, input, maps, choices, output };
        self.chain.backward_stage(stage, sink, saved, d_output, scratch, None);
    }

    /// Takes the statistics of a batch of `samples` samples, which the forward pass left in `elements`, into
    /// the running averages among the parameters.
    ///
    /// # Panics
    /// As [`infer`](Self::infer).
    ///
    /// ```
    /// # use tinyconv_training::interpret::Interpreter;
    /// # use tinyconv::plan::{BatchNormOptions, DenseOptions, Dims, LayerKind, LayerSpec};
    /// let kinds = [
    ///     LayerKind::Dense(DenseOptions { out: 1 }),
    ///     LayerKind::BatchNorm(BatchNormOptions { momentum: 0.5, ..BatchNormOptions::NEW }),
    /// ];
    /// let layers = kinds.map(|kind| LayerSpec { name: "", kind });
    /// let network = Interpreter::new(Dims::Vector(1), &layers)?;
    /// let mut params = [1.0, 0.0, 1.0, 0.0, 0.0, 1.0]; // mean 0, variance 1
    /// // On the tape: the dense layer's output, the batch's mean and variance.
    /// network.keep_statistics(&[7.0f32, 4.0, 2.5], 2, &mut params);
    /// assert_eq!(params[4..], [2.0, 0.5 + 2.5]); // 2.5 for one less than two values is 5
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    pub fn keep_statistics<E: Element>(&self, elements: &[E], samples: usize, params: &mut [f32]) {
        self.chain.keep_statistics(&elements[..self.chain.needs.tape], samples, params);
    }
}
