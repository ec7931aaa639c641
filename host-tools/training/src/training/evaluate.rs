//! How well a network does on labelled samples.

use rayon::prelude::*;
use serde::Serialize;
use tinyconv::model_file::Normalisations;
use tinyconv::{Network, Outcome};

use super::group::Evaluator;
use super::{AnyNetwork, LossKind, Score, Typed, Visitor};
use crate::data::{Samples, Split, SplitSamples};
use crate::lanes::{LANES, Lanes};

/// The result of an evaluation.
///
/// ```
/// use tinyconv_training::training::Evaluation;
///
/// // Three of four zeros are right, and all four ones.
/// let evaluation = Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 };
/// assert_eq!(evaluation.confusion[0][1], 1); // a zero that was taken for a one
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Mean loss.
    pub loss: f64,
    /// `confusion[label][predicted]`: how many samples; empty where answers are numbers.
    pub confusion: Vec<Vec<u32>>,
    /// Samples whose answers are numbers: these have no class.
    pub targets: u32,
}

impl Evaluation {
    /// Samples in all.
    ///
    /// ```
    /// use tinyconv_training::training::Evaluation;
    ///
    /// // Three of four zeros are right, and all four ones.
    /// let evaluation = Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 };
    /// assert_eq!(evaluation.samples(), 8);
    /// ```
    #[must_use]
    pub fn samples(&self) -> u32 {
        self.targets + self.confusion.iter().flatten().sum::<u32>()
    }

    /// Whether the answers are classes, and not numbers.
    ///
    /// ```
    /// use tinyconv_training::training::Evaluation;
    ///
    /// let evaluation = Evaluation { loss: 0.25, confusion: Vec::new(), targets: 8 };
    /// assert!(!evaluation.has_classes() && evaluation.accuracy().is_nan());
    /// ```
    #[must_use]
    pub const fn has_classes(&self) -> bool {
        self.targets == 0
    }

    /// Share of samples classified correctly; no number where answers are numbers.
    ///
    /// ```
    /// use tinyconv_training::training::Evaluation;
    ///
    /// // Three of four zeros are right, and all four ones.
    /// let evaluation = Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 };
    /// assert_eq!(evaluation.accuracy(), 0.875);
    /// ```
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let correct: u32 = self.confusion.iter().enumerate().map(|(class, row)| row[class]).sum();
        f64::from(correct) / f64::from(self.samples() - self.targets)
    }

    /// Loss and accuracy.
    ///
    /// ```
    /// use tinyconv_training::training::Evaluation;
    ///
    /// // Three of four zeros are right, and all four ones.
    /// let evaluation = Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 };
    /// assert_eq!((evaluation.score().loss, evaluation.score().accuracy), (0.25, 0.875));
    /// ```
    #[must_use]
    pub fn score(&self) -> Score {
        Score { loss: self.loss, accuracy: self.accuracy() }
    }

    /// Share of each class's samples classified correctly; `None` for a class without samples.
    ///
    /// ```
    /// use tinyconv_training::training::Evaluation;
    ///
    /// // Three of four zeros are right, and all four ones.
    /// let evaluation = Evaluation { loss: 0.25, confusion: vec![vec![3, 1], vec![0, 4]], targets: 0 };
    /// assert_eq!(evaluation.class_accuracies(), [Some(0.75), Some(1.0)]);
    /// ```
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
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use tinyconv_training::training::evaluate;
/// use tinyconv::model_file::Normalisation;
///
/// tinyconv::network! {
///     /// Tells which of two pixels is the brighter one.
///     Brighter: 1 x 1 x 2 { Dense { out: 2 } }
/// }
///
/// let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
/// let split = Split::new(inputs, vec![0, 1, 0, 1]);
/// let parameters = [1.0, -1.0, -1.0, 1.0, 0.0, 0.0]; // left against right, no biases
/// let normalisation = Normalisation { mean: 0.0, deviation: 255.0 };
/// let evaluation = evaluate::<Brighter>(&parameters, &split, normalisation);
/// assert_eq!(evaluation.confusion, [[2, 0], [0, 2]]);
/// ```
#[must_use]
pub fn evaluate<N: Network>(
    parameters: &[f32],
    split: &Split,
    normalisation: impl Into<Normalisations>,
) -> Evaluation {
    let samples = SplitSamples::plain(split, normalisation);
    evaluate_samples::<N>(parameters, &samples, LossKind::default())
}

/// Classifies all `samples` and takes their loss, on the threads of the current rayon pool.
///
/// # Panics
/// If the samples have another size than the network's input, or a label is no class of it.
///
/// ```
/// use tinyconv_training::data::FloatSamples;
/// use tinyconv_training::training::{LossKind, evaluate_samples};
///
/// tinyconv::network! {
///     /// Tells which of two pixels is the brighter one.
///     Brighter: 1 x 1 x 2 { Dense { out: 2 } }
/// }
///
/// let samples = FloatSamples::new(2, vec![0.75, 0.25, 0.25, 0.75], vec![0, 1]);
/// let parameters = [1.0, -1.0, -1.0, 1.0, 0.0, 0.0]; // left against right, no biases
/// let evaluation = evaluate_samples::<Brighter>(&parameters, &samples, LossKind::default());
/// assert_eq!(evaluation.accuracy(), 1.0);
/// ```
#[must_use]
pub fn evaluate_samples<N: Network>(
    parameters: &[f32],
    samples: &dyn Samples,
    loss: LossKind,
) -> Evaluation {
    evaluate_each::<N>(parameters, samples, loss, &mut |_, _| {})
}

/// Groups of samples whose logits are held at a time.
const BLOCK: usize = 256;

/// As [`evaluate_samples`], and shows `visit` each sample's number and logits, in ascending order:
/// the same bits on any number of threads.
///
/// # Panics
/// As [`evaluate_samples`].
///
/// ```
/// use tinyconv_training::data::{SplitSamples, Inputs, Split};
/// use tinyconv_training::training::{LossKind, evaluate_each};
/// use tinyconv::model_file::Normalisation;
///
/// tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
///
/// let inputs = Inputs::bytes([1, 1, 2], vec![2, 3, 5, 4]);
/// let split = Split::new(inputs, vec![1, 1]);
/// let samples = SplitSamples::plain(&split, Normalisation { mean: 0.0, deviation: 1.0 });
/// let mut logits = Vec::new();
/// let evaluation = evaluate_each::<Brighter>(
///     &[1.0, 0.0, 0.0, 1.0, 0.0, 0.0], // weights of each output, then the biases
///     &samples,
///     LossKind::default(),
///     &mut |index, outputs| logits.push((index, outputs.to_vec())),
/// );
/// assert_eq!(logits, [(0, vec![2.0, 3.0]), (1, vec![5.0, 4.0])]);
/// assert_eq!(evaluation.confusion, [[0, 0], [1, 1]]);
/// ```
#[must_use]
pub fn evaluate_each<N: Network>(
    parameters: &[f32],
    samples: &dyn Samples,
    loss: LossKind,
    visit: &mut Visitor<'_>,
) -> Evaluation {
    evaluate_network(&Typed::<N>::NEW, parameters, samples, loss, visit)
}

/// What a network makes of a group of samples.
struct Judged {
    /// Its outputs.
    outputs: Vec<Lanes>,
    /// What they are worth.
    outcome: Outcome<Lanes>,
}

/// As [`evaluate_each`], of any network: the bits of a network that is a value are those of its type.
///
/// # Panics
/// As [`evaluate_samples`].
///
/// ```
/// use tinyconv_training::data::shapes;
/// use tinyconv_training::interpret::Interpreter;
/// use tinyconv_training::training::{LossKind, evaluate_network};
/// use tinyconv::plan::{Conv2dOptions, Dims, LayerKind, LayerSpec};
///
/// // Four kernels that are what they look for.
/// let conv = Conv2dOptions { out: 4, kernel: [3, 3], ..Conv2dOptions::NEW };
/// let layers = [LayerSpec { name: "", kind: LayerKind::Conv2d(conv) }];
/// let network = Interpreter::new(Dims::Map([1, 3, 3]), &layers)?;
/// let (no, yes) = (-1.0, 1.0);
/// let params = [
///     no, yes, no, no, yes, no, no, yes, no, // a vertical line
///     no, no, no, yes, yes, yes, no, no, no, // a horizontal line
///     no, yes, no, yes, yes, yes, no, yes, no, // a cross
///     no, yes, no, yes, no, yes, no, yes, no, // a diamond
///     0.0, 0.0, -1.0, -0.5, // a cross holds all the others
/// ];
/// let (samples, loss) = (shapes(400, 1), LossKind::default());
/// let evaluation = evaluate_network(&network, &params, &samples, loss, &mut |_, _| {});
/// assert!(evaluation.accuracy() > 0.9);
/// # Ok::<(), tinyconv_training::interpret::InterpretError>(())
/// ```
#[must_use]
pub fn evaluate_network(
    network: &dyn AnyNetwork,
    parameters: &[f32],
    samples: &dyn Samples,
    loss: LossKind,
    visit: &mut Visitor<'_>,
) -> Evaluation {
    let workspace = || Evaluator::of(network);
    let judge = |evaluator: &mut Evaluator, indices: &[u32]| {
        evaluator.fill(samples, indices);
        let outputs = evaluator.infer_network(network, parameters).to_vec();
        Judged { outputs, outcome: evaluator.judge(loss) }
    };
    let classes = network.needs().output;
    let indices: Vec<u32> = (0..samples.len() as u32).collect();
    let has_classes = samples.target_len() == 0;
    let mut confusion = if has_classes { vec![vec![0; classes]; classes] } else { Vec::new() };
    let mut total = 0.0;
    let mut row = vec![0.0; classes];
    for block in indices.chunks(BLOCK * LANES) {
        let groups: Vec<Judged> =
            block.par_chunks(LANES).with_min_len(8).map_init(workspace, judge).collect();
        for (indices, Judged { outputs, outcome }) in block.chunks(LANES).zip(groups) {
            let (predicted, losses) = (Lanes::classes(outcome.predicted), outcome.loss.to_array());
            let outputs: Vec<[f32; LANES]> = outputs.iter().map(|lanes| lanes.to_array()).collect();
            for (lane, &index) in indices.iter().enumerate() {
                if has_classes {
                    let label = usize::from(samples.label(index));
                    confusion[label][usize::from(predicted[lane])] += 1;
                }
                total += f64::from(losses[lane]);
                for (output, lanes) in row.iter_mut().zip(&outputs) {
                    *output = lanes[lane];
                }
                visit(index, &row);
            }
        }
    }
    let targets = if has_classes { 0 } else { indices.len() as u32 };
    Evaluation { loss: total / indices.len() as f64, confusion, targets }
}

/// The logits of the first `count` images of `split`, image after image.
///
/// # Panics
/// As [`evaluate`], and if there are fewer images.
///
/// ```
/// use tinyconv_training::data::{Inputs, Split};
/// use tinyconv_training::training::logits;
/// use tinyconv::model_file::Normalisation;
///
/// tinyconv::network! {
///     /// Tells which of two pixels is the brighter one.
///     Brighter: 1 x 1 x 2 { Dense { out: 2 } }
/// }
///
/// let inputs = Inputs::bytes([1, 1, 2], vec![200, 10, 40, 60, 90, 30, 0, 250]);
/// let split = Split::new(inputs, vec![0, 1, 0, 1]);
/// let parameters = [1.0, -1.0, -1.0, 1.0, 0.0, 0.0]; // left against right, no biases
/// let normalisation = Normalisation { mean: 0.0, deviation: 1.0 };
/// let logits = logits::<Brighter>(&parameters, &split, 2, normalisation);
/// assert_eq!(logits, [[190.0, -190.0], [-20.0, 20.0]]);
/// ```
#[must_use]
pub fn logits<N: Network>(
    parameters: &[f32],
    split: &Split,
    count: usize,
    normalisation: impl Into<Normalisations>,
) -> Vec<Vec<f32>> {
    let samples = SplitSamples::plain(split, normalisation);
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
