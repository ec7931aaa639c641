//! How well a network that is a value does on labelled samples.

use rayon::prelude::*;
use tinyconv::Element;
use tinyconv::loss::{Loss, Target, largest};

use super::Interpreter;
use crate::data::{AugmentScratch, Samples};
use crate::lanes::{LANES, Lanes};
use crate::training::{Evaluation, LossKind};

/// Classifies all `samples` and takes their loss, on the threads of the current rayon pool; what
/// [`evaluate_samples`](crate::training::evaluate_samples) gives for the network's type, bit for bit.
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
/// let evaluation = evaluate(&network, &params, &shapes(400, 1), LossKind::default());
/// assert!(evaluation.accuracy() > 0.9);
/// # Ok::<(), host_tools::interpret::InterpretError>(())
/// ```
#[must_use]
pub fn evaluate(
    network: &Interpreter<'_>,
    parameters: &[f32],
    samples: &dyn Samples,
    loss: LossKind,
) -> Evaluation {
    let classes = network.output().len();
    let input = network.input().len();
    let indices: Vec<u32> = (0..samples.len() as u32).collect();
    let groups: Vec<([u8; LANES], [f32; LANES])> = indices
        .par_chunks(LANES)
        .map(|indices| {
            let mut rows = vec![0.0; LANES * input];
            let mut labels = [0; LANES];
            let mut scratch = AugmentScratch::default();
            for (lane, row) in rows.chunks_exact_mut(input).enumerate() {
                let index = *indices.get(lane).unwrap_or(&indices[0]);
                labels[lane] = samples.label(index);
                samples.write(index, None, &mut scratch, row);
            }
            let mut elements = vec![Lanes::ZERO; input];
            Lanes::transpose(&rows, &mut elements);
            let output = network.run(parameters, &elements);
            let mut kept = output.clone();
            let target = Target::Class(Lanes::labels(labels));
            let losses = loss.forward(&output, target, &mut kept);
            (Lanes::choices(largest(&output)), losses.to_array())
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
