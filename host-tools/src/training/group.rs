//! One group of sixteen samples: from bytes to lanes, and from lanes to the gradients' sums.

use tinyconv::model_file::Normalisation;
use tinyconv::{Element, InputOf, Network, OutputOf, Purpose, Random, Scratch, Shape};

use super::AddLanes;
use crate::data::{AugmentScratch, Augmentation, Split};
use crate::lanes::{LANES, Lanes};

/// Sixteen images as the input of a network.
struct Inputs {
    rows: Vec<f32>,
    elements: Vec<Lanes>,
    warp: AugmentScratch,
}

/// How images are varied: the augmentation, its randomness and the step it belongs to.
pub(super) type Variation<'a> = Option<(&'a Augmentation, &'a Random, u32)>;

impl Inputs {
    /// Room for sixteen images of `pixels` pixels.
    fn new(pixels: usize) -> Self {
        Self {
            rows: vec![0.0; LANES * pixels],
            elements: vec![Lanes::ZERO; pixels],
            warp: AugmentScratch::default(),
        }
    }

    /// Puts the samples `indices` (at most sixteen, at least one) into the lanes; lanes without a
    /// sample get the first one. Returns the labels.
    fn fill(
        &mut self,
        split: &Split,
        indices: &[u32],
        normalisation: Normalisation,
        variation: Variation<'_>,
    ) -> Lanes {
        let images = &split.images;
        let pixels = self.elements.len();
        let mut labels = [0; LANES];
        for (lane, row) in self.rows.chunks_exact_mut(pixels).enumerate() {
            let index = *indices.get(lane).unwrap_or(&indices[0]);
            labels[lane] = split.labels[index as usize];
            let image = images.image(index as usize);
            match variation {
                Some((augmentation, random, step)) => augmentation.apply(
                    &mut self.warp,
                    random,
                    step,
                    index,
                    image,
                    images.rows,
                    images.columns,
                    row,
                ),
                None => {
                    for (x, &pixel) in row.iter_mut().zip(image) {
                        *x = pixel.into();
                    }
                }
            }
        }
        Lanes::transpose(&self.rows, &mut self.elements);
        let (mean, deviation) =
            (Lanes::splat(normalisation.mean), Lanes::splat(normalisation.deviation));
        for x in &mut self.elements {
            *x = (*x - mean) / deviation;
        }
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
}

/// What a group's samples gave.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) loss: f64,
    pub(super) correct: u32,
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
        split: &Split,
        group: Group<'_>,
        normalisation: Normalisation,
        variation: Variation<'_>,
    ) {
        let Group { indices, batch } = group;
        let labels = self.inputs.fill(split, indices, normalisation, variation);
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

    /// Puts the samples `indices` (one to sixteen) into the lanes.
    pub fn fill(&mut self, split: &Split, indices: &[u32], normalisation: Normalisation) {
        self.inputs.fill(split, indices, normalisation, None);
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

/// The randomness of augmentation.
pub(super) const fn augment_random(seed: u64) -> Random {
    Random::new(seed, Purpose::Augment)
}
