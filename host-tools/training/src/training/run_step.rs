//! What a run does with a batch.

use rayon::prelude::*;
use tinyconv::plan::Needs;
use tinyconv::{Element, Purpose, Random};

use super::group::{Tally, Task, Worker};
use super::run::Run;
use crate::lanes::{LANES, Lanes};

impl Run<'_> {
    /// The gradients of a batch, groups in parallel, summed in group order.
    pub(super) fn gradients(&mut self, indices: &[u32], epoch: u32, step: u64) -> Tally {
        let Self { network, needs, data, told, parameters, workers, .. } = self;
        let batch = indices.len();
        let Needs { stages, backward_stages, shared, .. } = *needs;
        let task = Task {
            network: *network,
            parameters,
            samples: data.train,
            loss: told.options.loss,
            weights: told.weights,
            batch,
            epoch,
            step: step as u32,
            random: Random::new(told.options.seed, Purpose::Dropout),
        };
        if stages == 1 && backward_stages == 1 {
            each(workers, indices, &|worker, slot, group| worker.run(slot, group, task));
        } else {
            for stage in 0..stages {
                each(workers, indices, &|worker, slot, group| {
                    worker.forward_stage(slot, group, stage, task);
                });
                if stage + 1 < stages {
                    share(workers, batch, shared);
                }
            }
            for stage in (0..backward_stages).rev() {
                each(workers, indices, &|worker, slot, _| {
                    worker.backward_stage(slot, stage, task);
                });
                if stage > 0 {
                    share(workers, batch, shared);
                }
            }
        }
        let threads = self.workers.len();
        let mut tally = Tally::default();
        for number in 0..batch.div_ceil(LANES) {
            let group = &self.workers[number % threads].groups[number / threads];
            if number == 0 {
                self.gradients.copy_from_slice(&group.sums);
            } else {
                for (gradient, sum) in self.gradients.iter_mut().zip(&group.sums) {
                    *gradient += sum;
                }
            }
            tally.loss += group.tally.loss;
            tally.correct += group.tally.correct;
        }
        tally
    }

    /// One step of the optimizer, over what does not stay as it is; the running averages follow the batch, of `samples` samples.
    pub(super) fn step(&mut self, learning_rate: f32, samples: usize) {
        self.statistics.keep(&self.parameters);
        let Self { optimizer, parameters, gradients, states, .. } = self;
        let frozen = self.told.frozen;
        optimizer.step(learning_rate, &mut parameters[frozen..], &gradients[frozen..], states);
        self.statistics.restore(parameters);
        if self.needs.stages > 1 {
            self.workers[0].keep_statistics(self.network, samples, parameters);
        }
    }
}

/// Has the groups of a batch worked on, each by its thread: its worker, its slot there, its samples.
fn each(
    workers: &mut [Worker],
    indices: &[u32],
    work: &(dyn Fn(&mut Worker, usize, &[u32]) + Sync),
) {
    let threads = workers.len();
    workers.par_iter_mut().with_max_len(1).enumerate().for_each(|(thread, worker)| {
        let groups = indices.chunks(LANES).skip(thread).step_by(threads);
        for (slot, group) in groups.enumerate() {
            work(worker, slot, group);
        }
    });
}

/// Replaces the `shared` elements that the groups of a batch of `batch` samples share by their sums, in group
/// order.
fn share(workers: &mut [Worker], batch: usize, shared: usize) {
    let threads = workers.len();
    let mut sums = vec![Lanes::ZERO; shared];
    for number in 0..batch.div_ceil(LANES) {
        workers[number % threads].groups[number / threads].add_shared(&mut sums);
    }
    for group in workers.iter_mut().flat_map(|worker| &mut worker.groups) {
        group.shared.copy_from_slice(&sums);
    }
}
