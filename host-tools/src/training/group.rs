//! One group of sixteen samples: from bytes to lanes, and from lanes to the gradients' sums.

use tinyconv::{Element, InputOf, Network, OutputOf, Scratch, Shape};

use super::{AddLanes, Score};
use crate::data::{AugmentScratch, Samples};
use crate::lanes::{LANES, Lanes};

/// Sixteen samples as the input of a network.
struct Inputs {
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
}

/// The buffers of one thread, and the gradient sums of the groups that it works on.
pub(super) struct Worker {
    inputs: Inputs,
    scratch: Vec<Lanes>,
    choices: Vec<Lanes>,
    /// One block of sums and one tally per group.
    pub(super) groups: Vec<(Vec<f32>, Tally)>,
}

/// Some samples of a batch.
#[derive(Clone, Copy)]
pub(super) struct Group<'a> {
    /// The samples, at most sixteen.
    pub(super) indices: &'a [u32],
    /// How many the whole batch has.
    pub(super) batch: usize,
    /// The epoch, from 1.
    pub(super) epoch: u32,
}

/// What a group's samples gave.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) loss: f64,
    pub(super) correct: u32,
}

impl Tally {
    /// The means over `samples` samples.
    pub(super) fn score(self, samples: usize) -> Score {
        let samples = samples as f64;
        Score { loss: self.loss / samples, accuracy: f64::from(self.correct) / samples }
    }
}

impl Worker {
    pub(super) fn new<N: Network>(groups: usize) -> Self {
        Self {
            inputs: Inputs::new(N::INPUT_LEN),
            scratch: vec![Lanes::ZERO; N::TRAIN_SCRATCH_LANES],
            choices: vec![Lanes::ZERO; N::TRAIN_CHOICES],
            groups: vec![(vec![0.0; N::PARAMS], Tally::default()); groups],
        }
    }

    /// Computes a group and keeps its sums in `slot`.
    pub(super) fn run<N: Network>(
        &mut self,
        slot: usize,
        parameters: &[f32],
        samples: &dyn Samples,
        group: Group<'_>,
    ) {
        let Group { indices, batch, epoch } = group;
        let labels = self.inputs.fill(samples, indices, Some(epoch));
        // Lanes without a sample have a gradient of zero.
        let scale = 1.0 / batch as f32;
        let scales = std::array::from_fn(|lane| if lane < indices.len() { scale } else { 0.0 });
        let (sums, tally) = &mut self.groups[slot];
        sums.fill(0.0);
        let outcome = N::gradients(
            AddLanes { parameters, sums },
            InputOf::<N>::view(&self.inputs.elements),
            labels,
            Lanes::new(scales),
            Scratch { elements: &mut self.scratch, choices: &mut self.choices },
        );
        let (losses, predicted) = (outcome.loss.to_array(), Lanes::choices(outcome.predicted));
        let labels = Lanes::choices(labels);
        *tally = Tally::default();
        for lane in 0..indices.len() {
            tally.loss += f64::from(losses[lane]);
            tally.correct += u32::from(predicted[lane] == labels[lane]);
        }
    }
}

/// The buffers of one thread that evaluates sixteen samples at a time.
pub struct Evaluator {
    inputs: Inputs,
    scratch: Vec<Lanes>,
    output: Vec<Lanes>,
}

impl Evaluator {
    /// Buffers for network `N`.
    #[must_use]
    pub fn new<N: Network>() -> Self {
        Self {
            inputs: Inputs::new(N::INPUT_LEN),
            scratch: vec![Lanes::ZERO; N::INFER_SCRATCH],
            output: vec![Lanes::ZERO; N::OUTPUT_LEN],
        }
    }

    /// Puts the samples `indices` (one to sixteen) into the lanes, as they are; returns the labels.
    pub fn fill(&mut self, samples: &dyn Samples, indices: &[u32]) -> Lanes {
        self.inputs.fill(samples, indices, None)
    }

    /// The outputs of the samples in the lanes.
    pub fn infer<N: Network>(&mut self, parameters: &[f32]) -> &[Lanes] {
        N::infer(
            parameters,
            InputOf::<N>::view(&self.inputs.elements),
            &mut self.scratch,
            OutputOf::<N>::view_mut(&mut self.output),
        );
        &self.output
    }
}
