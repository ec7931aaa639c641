//! Mini-batches of sixteen samples as the host computes them: side by side, in lanes.

use host_tools::lanes::{LANES, Lanes};
use tinyconv::{Element, InputOf, Network, Scratch, Shape, Trainable};

/// Adds the gradients of all lanes to a block, lane after lane.
struct AddLanes<'a> {
    parameters: &'a [f32],
    sums: &'a mut [f32],
}

impl Trainable<Lanes> for AddLanes<'_> {
    fn parameters(&self) -> &[f32] {
        self.parameters
    }

    fn add(&mut self, first: usize, gradients: &[Lanes]) {
        Lanes::add_lanes(gradients, &mut self.sums[first..first + gradients.len()]);
    }

    fn split_at(self, count: usize) -> (Self, Self) {
        let (parameters, parameters_rest) = self.parameters.split_at(count);
        let (sums, sums_rest) = self.sums.split_at_mut(count);
        (Self { parameters, sums }, Self { parameters: parameters_rest, sums: sums_rest })
    }
}

/// The gradients of the mean loss of sixteen samples, and the loss of each.
pub fn gradients<N: Network>(
    parameters: &[f32],
    samples: [(&[f32], u8); LANES],
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
