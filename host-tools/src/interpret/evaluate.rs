//! How well a network that is a value does on labelled samples.

use tinyconv::Outcome;
use tinyconv::loss::{Loss, Target, largest};

use super::Interpreter;
use crate::data::Samples;
use crate::training::{Evaluation, Inputs, Judged, LossKind, Visitor, evaluate_groups};

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
    let judge = |inputs: &mut Inputs, indices: &[u32]| {
        let labels = inputs.fill(samples, indices, None);
        let outputs = network.run(parameters, &inputs.elements);
        let mut kept = outputs.clone();
        let loss = loss.forward(&outputs, Target::Class(labels), &mut kept);
        let outcome = Outcome { loss, predicted: largest(&outputs) };
        Judged { outputs, outcome }
    };
    let workspace = || Inputs::new(network.input().len());
    evaluate_groups(network.output().len(), samples, workspace, judge, visit)
}
