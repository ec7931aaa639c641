//! How well a network does on labelled images.

use rayon::prelude::*;
use serde::Serialize;
use tinyconv::model_file::Normalisation;
use tinyconv::{Network, loss};

use super::group::Evaluator;
use crate::data::Split;
use crate::lanes::{LANES, Lanes};

/// The result of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evaluation {
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
    let classes = N::OUTPUT_LEN;
    let indices: Vec<u32> = (0..split.labels.len() as u32).collect();
    let predicted: Vec<[u8; LANES]> = indices
        .par_chunks(LANES)
        .with_min_len(8)
        .map_init(Evaluator::new::<N>, |evaluator, indices| {
            evaluator.fill(split, indices, normalisation);
            Lanes::choices(loss::largest(evaluator.infer::<N>(parameters)))
        })
        .collect();
    let mut confusion = vec![vec![0; classes]; classes];
    for (&label, &class) in split.labels.iter().zip(predicted.as_flattened()) {
        confusion[usize::from(label)][usize::from(class)] += 1;
    }
    Evaluation { confusion }
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
    let mut evaluator = Evaluator::new::<N>();
    let indices: Vec<u32> = (0..count as u32).collect();
    let mut logits = Vec::with_capacity(count);
    for indices in indices.chunks(LANES) {
        evaluator.fill(split, indices, normalisation);
        let output = evaluator.infer::<N>(parameters);
        let lanes: Vec<_> = output.iter().map(|logit| logit.to_array()).collect();
        logits.extend((0..indices.len()).map(|lane| lanes.iter().map(|l| l[lane]).collect()));
    }
    logits
}
