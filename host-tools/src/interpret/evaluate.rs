//! How well a network that is a value does on labelled samples.

use rayon::prelude::*;
use tinyconv::Element;
use tinyconv::loss::{Loss, Target, largest};

use super::Interpreter;
use crate::data::{AugmentScratch, Samples};
use crate::lanes::{LANES, Lanes};
use crate::training::{Evaluation, LossKind, Visitor};

/// Groups of samples whose outputs are held at a time.
const BLOCK: usize = 256;

/// Classifies all `samples` and takes their loss, on the threads of the current rayon pool, and shows
/// `visit` each sample's number and outputs, in ascending order: what
/// [`evaluate_each`](crate::training::evaluate_each) gives for the network's type, bit for bit.
///
/// # Panics
/// If `parameters` or the samples have another size than the network's, or a label is no class of it.
///
/// ```
/// use host_tools::data::shapes;
/// use host_tools::interpret::{Interpreter, evaluate};
/// use host_tools::training::LossKind;
/// use tinyconv::spec::{Conv2dOptions, Dims, LayerKind, LayerSpec};
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
/// let loss = LossKind::default();
/// let evaluation = evaluate(&network, &params, &shapes(400, 1), loss, &mut |_, _| {});
/// assert!(evaluation.accuracy() > 0.9);
/// # Ok::<(), host_tools::interpret::InterpretError>(())
/// ```
#[must_use]
pub fn evaluate(
    network: &Interpreter<'_>,
    parameters: &[f32],
    samples: &dyn Samples,
    loss: LossKind,
    visit: &mut Visitor<'_>,
) -> Evaluation {
    let classes = network.output().len();
    let indices: Vec<u32> = (0..samples.len() as u32).collect();
    let mut confusion = vec![vec![0; classes]; classes];
    let mut total = 0.0;
    for block in indices.chunks(BLOCK * LANES) {
        let groups: Vec<(Vec<Lanes>, Lanes)> = block
            .par_chunks(LANES)
            .map(|indices| {
                let (input, labels) = lanes(network.input().len(), samples, indices);
                let output = network.run(parameters, &input);
                let mut kept = output.clone();
                let losses = loss.forward(&output, Target::Class(labels), &mut kept);
                (output, losses)
            })
            .collect();
        for (indices, (output, losses)) in block.chunks(LANES).zip(groups) {
            let (predicted, losses) = (Lanes::choices(largest(&output)), losses.to_array());
            let outputs: Vec<[f32; LANES]> = output.iter().map(|lanes| lanes.to_array()).collect();
            for (lane, &index) in indices.iter().enumerate() {
                confusion[usize::from(samples.label(index))][usize::from(predicted[lane])] += 1;
                total += f64::from(losses[lane]);
                let row: Vec<f32> = outputs.iter().map(|lanes| lanes[lane]).collect();
                visit(index, &row);
            }
        }
    }
    Evaluation { loss: total / indices.len() as f64, confusion }
}

/// Samples (at most sixteen, at least one) side by side, and their labels; lanes without a sample get
/// the first one.
fn lanes(len: usize, samples: &dyn Samples, indices: &[u32]) -> (Vec<Lanes>, Lanes) {
    let mut rows = vec![0.0; LANES * len];
    let mut labels = [0; LANES];
    let mut scratch = AugmentScratch::default();
    for (lane, row) in rows.chunks_exact_mut(len).enumerate() {
        let index = *indices.get(lane).unwrap_or(&indices[0]);
        labels[lane] = samples.label(index);
        samples.write(index, None, &mut scratch, row);
    }
    let mut elements = vec![Lanes::ZERO; len];
    Lanes::transpose(&rows, &mut elements);
    (elements, Lanes::labels(labels))
}
