//! Mini-batches of sixteen samples as the host computes them: side by side, in lanes.

use host_tools::lanes::{LANES, Lanes};
use host_tools::training::AddLanes;
use tinyconv::{Element, InputOf, Network, Scratch, Shape};

/// The gradients of the mean loss of sixteen samples, and the loss of each.
pub fn gradients<N: Network>(
    parameters: &[f32],
    samples: [(&[f32], u16); LANES],
) -> (Vec<f32>, [f32; LANES]) {
    let rows: Vec<f32> = samples.iter().flat_map(|(values, _)| values.iter().copied()).collect();
    let mut input = vec![Lanes::ZERO; N::INPUT_LEN];
    Lanes::transpose(&rows, &mut input);
    let mut sums = vec![0.0; N::PARAMS];
    let outcome = N::gradients(
        AddLanes { parameters, sums: &mut sums },
        InputOf::<N>::view(&input),
        Lanes::labels(samples.map(|(_, label)| label)),
        Lanes::splat(1.0 / LANES as f32),
        Scratch {
            elements: &mut vec![Lanes::ZERO; N::TRAIN_SCRATCH_LANES],
            choices: &mut vec![Lanes::ZERO; N::TRAIN_CHOICES],
        },
    );
    (sums, outcome.loss.to_array())
}
