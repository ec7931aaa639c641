//! How well a network does on labelled samples.

use rayon::prelude::*;
use serde::Serialize;
use tinyconv::model_file::Normalisation;
use tinyconv::{Network, Outcome};

use super::group::Evaluator;
use super::{LossKind, Score};
use crate::data::{ImageSamples, Samples, Split};
use crate::lanes::{LANES, Lanes};

/// The result of an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Mean loss.
    pub loss: f64,
    /// `confusion[label][predicted]`: how many samples.
    pub confusion: Vec<Vec<u32>>,
}

impl Evaluation {
    /// Samples in all.
    #[must_use]
    pub fn samples(&self) -> u32 {
        self.confusion.iter().flatten().sum()
    }

    /// Share of samples classified correctly.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let correct: u32 = self.confusion.iter().enumerate().map(|(class, row)| row[class]).sum();
        f64::from(correct) / f64::from(self.samples())
    }

    /// Loss and accuracy.
    #[must_use]
    pub fn score(&self) -> Score {
        Score { loss: self.loss, accuracy: self.accuracy() }
    }

    /// Share of each class's samples classified correctly; `None` for a class without samples.
    #[must_use]
    pub fn class_accuracies(&self) -> Vec<Option<f64>> {
        let share = |(class, row): (usize, &Vec<u32>)| {
            let samples: u32 = row.iter().sum();
            (samples > 0).then(|| f64::from(row[class]) / f64::from(samples))
        };
        self.confusion.iter().enumerate().map(share).collect()
    }
}

/// Classifies all images of `split`, on the threads of the current rayon pool.
///
/// # Panics
/// If the images have another size than the network's input, or a label is no class of it.
#[must_use]
pub fn evaluate<N: Network>(
    parameters: &[f32],
    split: &Split,
    normalisation: Normalisation,
) -> Evaluation {
    let samples = ImageSamples::plain(split, normalisation);
    evaluate_samples::<N>(parameters, &samples, LossKind::default())
}

/// Classifies all `samples` and takes their loss, on the threads of the current rayon pool.
///
/// # Panics
/// If the samples have another size than the network's input, or a label is no class of it.
#[must_use]
pub fn evaluate_samples<N: Network>(
    parameters: &[f32],
    samples: &dyn Samples,
    loss: LossKind,
) -> Evaluation {
    let classes = N::OUTPUT_LEN;
    let indices: Vec<u32> = (0..samples.len() as u32).collect();
    let groups: Vec<([u8; LANES], [f32; LANES])> = indices
        .par_chunks(LANES)
        .with_min_len(8)
        .map_init(Evaluator::new::<N>, |evaluator, indices| {
            evaluator.fill(samples, indices);
            evaluator.infer::<N>(parameters);
            let Outcome { loss, predicted } = evaluator.judge(loss);
            (Lanes::choices(predicted), loss.to_array())
        })
        .collect();
    let mut confusion = vec![vec![0; classes]; classes];
    let mut total = 0.0;
    for (indices, (predicted, losses)) in indices.chunks(LANES).zip(groups) {
        for ((&index, class), loss) in indices.iter().zip(predicted).zip(losses) {
            confusion[usize::from(samples.label(index))][usize::from(class)] += 1;
            total += f64::from(loss);
        }
    }
    Evaluation { loss: total / indices.len() as f64, confusion }
}

/// The logits of the first `count` images of `split`, image after image.
///
/// # Panics
/// As [`evaluate`], and if there are fewer images.
#[must_use]
pub fn logits<N: Network>(
    parameters: &[f32],
    split: &Split,
    count: usize,
    normalisation: Normalisation,
) -> Vec<Vec<f32>> {
    let samples = ImageSamples::plain(split, normalisation);
    let mut evaluator = Evaluator::new::<N>();
    let indices: Vec<u32> = (0..count as u32).collect();
    let mut logits = Vec::with_capacity(count);
    for indices in indices.chunks(LANES) {
        evaluator.fill(&samples, indices);
        let output = evaluator.infer::<N>(parameters);
        let lanes: Vec<_> = output.iter().map(|logit| logit.to_array()).collect();
        logits.extend((0..indices.len()).map(|lane| lanes.iter().map(|l| l[lane]).collect()));
    }
    logits
}
