//! One group of sixteen samples: from bytes to lanes, and from lanes to the gradients' sums.

use tinyconv::loss::{Goal, Loss, Target};
use tinyconv::plan::Needs;
use tinyconv::{BatchStage, DropoutKey, Element, Network, Outcome, Random, Scratch};

use super::{AddLanes, AnyNetwork, LossKind, Score, Typed};
use crate::data::{AugmentScratch, Samples};
use crate::lanes::{LANES, Lanes};

/// Sixteen samples as the input of a network.
pub(super) struct Inputs {
    rows: Vec<f32>,
    elements: Vec<Lanes>,
    scratch: AugmentScratch,
}

impl Inputs {
    /// Room for sixteen samples of `len` numbers.
    fn new(len: usize) -> Self {
        Self {
            rows: vec![0.0; LANES * len],
            elements: vec![Lanes::ZERO; len],
            scratch: AugmentScratch::default(),
        }
    }

    /// Puts the samples `indices` (at most sixteen, at least one) into the lanes; lanes without a
    /// sample get the first one. Returns the labels.
    fn fill(&mut self, samples: &dyn Samples, indices: &[u32], epoch: Option<u32>) -> Lanes {
        let mut labels = [0; LANES];
        for (lane, row) in self.rows.chunks_exact_mut(self.elements.len()).enumerate() {
            let index = *indices.get(lane).unwrap_or(&indices[0]);
            labels[lane] = samples.label(index);
            samples.write(index, epoch, &mut self.scratch, row);
        }
        Lanes::transpose(&self.rows, &mut self.elements);
        Lanes::labels(labels)
    }

    /// Puts the numbers that are the samples' targets into the lanes; none if their classes are.
    fn fill_values(&self, samples: &dyn Samples, indices: &[u32], values: &mut Vec<Lanes>) {
        let len = samples.target_len();
        values.resize(len, Lanes::ZERO);
        if len > 0 {
            let mut rows = vec![0.0; LANES * len];
            for (lane, row) in rows.chunks_exact_mut(len).enumerate() {
                samples.write_target(*indices.get(lane).unwrap_or(&indices[0]), row);
            }
            Lanes::transpose(&rows, values);
        }
    }
}

/// What the groups of a batch have in common.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) network: &'a dyn AnyNetwork,
    pub(super) parameters: &'a [f32],
    pub(super) samples: &'a dyn Samples,
    pub(super) loss: LossKind,
    /// How much the loss of a sample counts, by its class.
    pub(super) weights: Option<&'a [f32]>,
    /// How many samples the batch has.
    pub(super) batch: usize,
    /// The epoch, from 1.
    pub(super) epoch: u32,
    /// The step of the run.
    pub(super) step: u32,
    /// The randomness of dropout.
    pub(super) random: Random,
}

/// What a group's samples gave.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) loss: f64,
    pub(super) correct: u32,
}

impl Tally {
    /// The means over `samples` samples; where they have no classes, the accuracy is no number.
    pub(super) fn score(self, samples: usize, has_classes: bool) -> Score {
        let samples = samples as f64;
        let accuracy = if has_classes { f64::from(self.correct) / samples } else { f64::NAN };
        Score { loss: self.loss / samples, accuracy }
    }
}

/// What passes over a group of samples work in.
struct Buffers {
    inputs: Inputs,
    labels: Lanes,
    /// The target's numbers, where samples have such.
    values: Vec<Lanes>,
    /// The sample in each lane.
    indices: [u32; LANES],
    /// How many lanes hold a sample of the batch.
    live: usize,
    scratch: Vec<Lanes>,
    choices: Vec<Lanes>,
}

impl Buffers {
    fn new(needs: &Needs) -> Self {
        Self {
            inputs: Inputs::new(needs.input),
            labels: Lanes::ZERO,
            values: Vec::new(),
            indices: [0; LANES],
            live: 0,
            scratch: vec![Lanes::ZERO; needs.step_lanes()],
            choices: vec![Lanes::ZERO; needs.choices],
        }
    }

    /// Puts the samples `indices` (at most sixteen, at least one) into the lanes.
    fn fill(&mut self, indices: &[u32], task: Task<'_>) {
        self.live = indices.len();
        self.indices = std::array::from_fn(|lane| *indices.get(lane).unwrap_or(&indices[0]));
        self.labels = self.inputs.fill(task.samples, indices, Some(task.epoch));
        self.inputs.fill_values(task.samples, indices, &mut self.values);
    }

    /// `number` in the lanes that hold a sample of the batch, zero in the others: their gradients
    /// are zero.
    fn in_live_lanes(&self, number: f32) -> Lanes {
        Lanes::from_lanes(|lane| if lane < self.live { number } else { 0.0 })
    }

    /// What the loss of each lane is multiplied by before its gradient is taken: a batch's mean, of losses
    /// that count by their class.
    fn scale(&self, task: Task<'_>) -> Lanes {
        let scale = 1.0 / task.batch as f32;
        let Some(weights) = task.weights else { return self.in_live_lanes(scale) };
        let labels = Lanes::classes(self.labels);
        let weight = |lane: usize| weights[usize::from(labels[lane])];
        Lanes::from_lanes(|lane| if lane < self.live { scale * weight(lane) } else { 0.0 })
    }

    fn tally(&self, outcome: Outcome<Lanes>, weights: Option<&[f32]>) -> Tally {
        let (losses, predicted) = (outcome.loss.to_array(), Lanes::classes(outcome.predicted));
        let labels = Lanes::classes(self.labels);
        let mut tally = Tally::default();
        for lane in 0..self.live {
            let loss = f64::from(losses[lane]);
            tally.loss += weights
                .map_or(loss, |weights| loss * f64::from(weights[usize::from(labels[lane])]));
            tally.correct += u32::from(predicted[lane] == labels[lane]);
        }
        tally
    }
}

/// What a group of samples gives.
pub(super) struct Group {
    /// The sums of its gradients.
    pub(super) sums: Vec<f32>,
    pub(super) tally: Tally,
    /// What it shares with the other groups of the batch, between two stages.
    pub(super) shared: Vec<Lanes>,
    /// What stages go on with: none where there is one stage only.
    kept: Option<Box<Buffers>>,
}

impl Group {
    /// Adds what it shares to the sums over the groups before it.
    pub(super) fn add_shared(&self, sums: &mut [Lanes]) {
        if let Some(buffers) = &self.kept {
            BatchStage::add(&self.shared, buffers.in_live_lanes(1.0), sums);
        }
    }
}

/// The buffers of one thread, and the groups that it works on.
pub(super) struct Worker {
    buffers: Buffers,
    pub(super) groups: Vec<Group>,
}

impl Worker {
    pub(super) fn new(needs: &Needs, groups: usize) -> Self {
        let group = || Group {
            sums: vec![0.0; needs.params],
            tally: Tally::default(),
            shared: vec![Lanes::ZERO; needs.shared],
            kept: (needs.stages > 1).then(|| Box::new(Buffers::new(needs))),
        };
        Self {
            buffers: Buffers::new(needs),
            groups: std::iter::repeat_with(group).take(groups).collect(),
        }
    }

    /// Computes a group whose samples do not depend on others, and keeps its sums in `slot`.
    pub(super) fn run(&mut self, slot: usize, indices: &[u32], task: Task<'_>) {
        let Self { buffers, groups } = self;
        let group = &mut groups[slot];
        forward_stage(buffers, group, indices, 0, task);
        backward_stage(buffers, group, 0, task);
    }

    /// Computes a stage of a group's forward pass; the last one takes the loss.
    pub(super) fn forward_stage(
        &mut self,
        slot: usize,
        indices: &[u32],
        stage: usize,
        task: Task<'_>,
    ) {
        let group = &mut self.groups[slot];
        if let Some(mut buffers) = group.kept.take() {
            forward_stage(&mut buffers, group, indices, stage, task);
            group.kept = Some(buffers);
        }
    }

    /// Computes a stage of a group's backward pass.
    pub(super) fn backward_stage(&mut self, slot: usize, stage: usize, task: Task<'_>) {
        let group = &mut self.groups[slot];
        if let Some(mut buffers) = group.kept.take() {
            backward_stage(&mut buffers, group, stage, task);
            group.kept = Some(buffers);
        }
    }

    /// Takes the statistics of a batch of `samples` samples into the running averages.
    pub(super) fn keep_statistics(
        &self,
        network: &dyn AnyNetwork,
        samples: usize,
        parameters: &mut [f32],
    ) {
        // All groups know the same statistics.
        if let Some(buffers) = self.groups.first().and_then(|group| group.kept.as_ref()) {
            network.keep_statistics(&buffers.scratch, samples, parameters);
        }
    }
}

fn forward_stage(
    buffers: &mut Buffers,
    group: &mut Group,
    indices: &[u32],
    stage: usize,
    task: Task<'_>,
) {
    if stage == 0 {
        buffers.fill(indices, task);
    }
    let live = buffers.in_live_lanes(1.0);
    let Task { network, random, step, .. } = task;
    network.forward_stage(
        BatchStage { index: stage, samples: task.batch, live, shared: &mut group.shared },
        task.parameters,
        &buffers.inputs.elements,
        Some(DropoutKey { random, step, samples: &buffers.indices, first: 0 }),
        Scratch { elements: &mut buffers.scratch, choices: &mut buffers.choices },
    );
    if stage + 1 == network.needs().stages {
        let goal = goal(&task.loss, buffers.labels, &buffers.values);
        let outcome = network.outcome(goal, &mut buffers.scratch);
        group.tally = buffers.tally(outcome, task.weights);
        group.sums.fill(0.0);
    }
}

fn backward_stage(buffers: &mut Buffers, group: &mut Group, stage: usize, task: Task<'_>) {
    let scale = buffers.scale(task);
    let live = buffers.in_live_lanes(1.0);
    task.network.backward_stage(
        BatchStage { index: stage, samples: task.batch, live, shared: &mut group.shared },
        AddLanes { parameters: task.parameters, sums: &mut group.sums },
        &buffers.inputs.elements,
        goal(&task.loss, buffers.labels, &buffers.values),
        scale,
        Scratch { elements: &mut buffers.scratch, choices: &mut buffers.choices },
    );
}

/// A class, or the numbers that samples have in its place.
fn goal<'a>(loss: &'a LossKind, labels: Lanes, values: &'a [Lanes]) -> Goal<'a, Lanes, LossKind> {
    let target = if values.is_empty() { Target::Class(labels) } else { Target::Values(values) };
    Goal { loss, target }
}

/// The buffers of one thread that evaluates sixteen samples at a time.
///
/// ```
/// use tinyconv_training::data::FloatSamples;
/// use tinyconv_training::training::Evaluator;
///
/// tinyconv::network! {
///     /// Tells which of two pixels is the brighter one.
///     Brighter: 1 x 1 x 2 { Dense { out: 2 } }
/// }
///
/// let samples = FloatSamples::new(2, vec![0.75, 0.25, 0.25, 0.5], vec![0, 1]);
/// let parameters = [1.0, -1.0, -1.0, 1.0, 0.0, 0.0]; // left against right, no biases
/// let mut evaluator = Evaluator::new::<Brighter>();
/// evaluator.fill(&samples, &[0, 1]);
/// let logits = evaluator.infer::<Brighter>(&parameters);
/// assert_eq!(logits[0].to_array()[..2], [0.5, -0.25]); // the first output, of both samples
/// ```
pub struct Evaluator {
    inputs: Inputs,
    scratch: Vec<Lanes>,
    output: Vec<Lanes>,
    labels: Lanes,
    values: Vec<Lanes>,
    kept: Vec<Lanes>,
}

impl Evaluator {
    /// Buffers for network `N`.
    ///
    /// ```
    /// use tinyconv_training::data::FloatSamples;
    /// use tinyconv_training::networks::Linear;
    /// use tinyconv_training::training::Evaluator;
    ///
    /// let mut evaluator = Evaluator::new::<Linear>();
    /// evaluator.fill(&FloatSamples::new(784, vec![0.5; 784], vec![3]), &[0]);
    /// assert_eq!(evaluator.infer::<Linear>(&[0.25; 7850]).len(), 10);
    /// ```
    #[must_use]
    pub fn new<N: Network>() -> Self {
        Self::of(&Typed::<N>::NEW)
    }

    /// Buffers for any network.
    ///
    /// ```
    /// use tinyconv_training::interpret::Interpreter;
    /// use tinyconv_training::networks::Linear;
    /// use tinyconv_training::training::Evaluator;
    /// use tinyconv::Network;
    ///
    /// let network = Interpreter::new(Linear::INPUT, Linear::LAYERS)?;
    /// let mut evaluator = Evaluator::of(&network);
    /// assert_eq!(evaluator.infer_network(&network, &[0.25; 7850]).len(), 10);
    /// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
    /// ```
    #[must_use]
    pub fn of(network: &dyn AnyNetwork) -> Self {
        let needs = network.needs();
        Self {
            inputs: Inputs::new(needs.input),
            scratch: vec![Lanes::ZERO; needs.infer.apart],
            output: vec![Lanes::ZERO; needs.output],
            labels: Lanes::ZERO,
            values: Vec::new(),
            kept: vec![Lanes::ZERO; needs.output],
        }
    }

    /// Puts the samples `indices` (one to sixteen) into the lanes, as they are.
    ///
    /// ```
    /// use tinyconv_training::data::FloatSamples;
    /// use tinyconv_training::training::Evaluator;
    ///
    /// tinyconv::network! {
    ///     /// Tells which of two pixels is the brighter one.
    ///     Brighter: 1 x 1 x 2 { Dense { out: 2 } }
    /// }
    ///
    /// let samples = FloatSamples::new(2, vec![0.75, 0.25, 0.25, 0.5], vec![0, 1]);
    /// let parameters = [1.0, -1.0, -1.0, 1.0, 0.0, 0.0]; // left against right, no biases
    /// let mut evaluator = Evaluator::new::<Brighter>();
    /// evaluator.fill(&samples, &[1]);
    /// let logits = evaluator.infer::<Brighter>(&parameters);
    /// assert_eq!(logits[1].to_array()[0], 0.25);
    /// ```
    pub fn fill(&mut self, samples: &dyn Samples, indices: &[u32]) {
        self.labels = self.inputs.fill(samples, indices, None);
        self.inputs.fill_values(samples, indices, &mut self.values);
    }

    /// The outputs of the samples in the lanes.
    ///
    /// ```
    /// use tinyconv_training::data::FloatSamples;
    /// use tinyconv_training::training::Evaluator;
    ///
    /// tinyconv::network! {
    ///     /// Tells which of two pixels is the brighter one.
    ///     Brighter: 1 x 1 x 2 { Dense { out: 2 } }
    /// }
    ///
    /// let samples = FloatSamples::new(2, vec![0.75, 0.25, 0.25, 0.5], vec![0, 1]);
    /// let parameters = [1.0, -1.0, -1.0, 1.0, 0.0, 0.0]; // left against right, no biases
    /// let mut evaluator = Evaluator::new::<Brighter>();
    /// evaluator.fill(&samples, &[0, 1]);
    /// let logits = evaluator.infer::<Brighter>(&parameters);
    /// assert_eq!(logits.len(), 2); // one for each output
    /// ```
    pub fn infer<N: Network>(&mut self, parameters: &[f32]) -> &[Lanes] {
        self.infer_network(&Typed::<N>::NEW, parameters)
    }

    /// The outputs of the samples in the lanes, of the network that the buffers are for.
    ///
    /// ```
    /// use tinyconv_training::data::FloatSamples;
    /// use tinyconv_training::training::{Evaluator, Typed};
    ///
    /// tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
    ///
    /// let mut evaluator = Evaluator::new::<Brighter>();
    /// evaluator.fill(&FloatSamples::new(2, vec![0.75, 0.25], vec![0]), &[0]);
    /// let parameters = [1.0, -1.0, -1.0, 1.0, 0.0, 0.0]; // left against right, no biases
    /// let logits = evaluator.infer_network(&Typed::<Brighter>::NEW, &parameters);
    /// assert_eq!(logits[0].to_array()[0], 0.5);
    /// ```
    pub fn infer_network(&mut self, network: &dyn AnyNetwork, parameters: &[f32]) -> &[Lanes] {
        network.infer(parameters, &self.inputs.elements, &mut self.scratch, &mut self.output);
        &self.output
    }

    /// The loss of each lane's output, and the largest of its numbers.
    pub(super) fn judge(&mut self, loss: LossKind) -> Outcome<Lanes> {
        let goal = goal(&loss, self.labels, &self.values);
        let loss = goal.loss.forward(&self.output, goal.target, &mut self.kept);
        Outcome { loss, predicted: tinyconv::loss::largest(&self.output) }
    }
}
