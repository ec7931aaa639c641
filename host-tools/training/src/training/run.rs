//! The training loop.
//!
//! A batch is cut into groups of sixteen samples; group `g` goes to thread `g % threads`. Sums over
//! the lanes of a group are taken in lane order, sums over groups in group order, so the parameters
//! do not depend on the number of threads.

use std::time::{Duration, Instant};

use rayon::prelude::*;
use tinyconv::plan::Needs;
use tinyconv::{Element, Purpose, Random};

use super::group::{Tally, Task, Worker};
use super::statistics::Statistics;
use super::{
    AnyNetwork, Ending, Evaluation, Event, History, Observer, OptimizerKind, Point, Score,
    TrainOptions, Trained, evaluate_network,
};
use crate::data::Samples;
use crate::lanes::{LANES, Lanes};

/// Batches over which the running loss is taken; also how often a good state is kept.
const WINDOW: u64 = 100;

/// What is learnt from, and what judges.
#[derive(Clone, Copy)]
pub(super) struct Data<'a> {
    pub(super) train: &'a dyn Samples,
    pub(super) test: &'a dyn Samples,
}

/// Everything a run works with, from its first batch to its last.
pub(super) struct Run<'a> {
    network: &'a dyn AnyNetwork,
    /// The network's.
    needs: Needs,
    data: Data<'a>,
    options: &'a TrainOptions,
    optimizer: OptimizerKind,
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    states: Vec<f32>,
    statistics: Statistics,
    workers: Vec<Worker>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        network: &'a dyn AnyNetwork,
        data: Data<'a>,
        options: &'a TrainOptions,
    ) -> Self {
        let needs = network.needs();
        let mut parameters = vec![0.0; needs.params];
        network.init(options.init, options.seed, &mut parameters);
        let groups = options.batch.min(data.train.len()).div_ceil(LANES);
        let threads = options.threads.min(groups);
        Self {
            network,
            needs,
            data,
            options,
            optimizer: options.optimizer,
            parameters,
            gradients: vec![0.0; needs.params],
            states: vec![0.0; needs.params * options.optimizer.states()],
            statistics: Statistics::of(network),
            workers: (0..threads).map(|_| Worker::new(&needs, groups.div_ceil(threads))).collect(),
        }
    }

    pub(super) fn go(mut self, observe: &mut Observer<'_>) -> Trained {
        let options = self.options;
        let samples = self.data.train.len();
        let batches = samples.div_ceil(options.batch) as u64;
        let steps = batches * u64::from(options.epochs);
        let shuffle = Random::new(options.seed, Purpose::Shuffle);
        let mut order: Vec<u32> = (0..samples as u32).collect();
        let mut good = Good::new(&self.parameters);
        let mut spent = Duration::ZERO;
        let mut seen_in_all = 0;
        let mut ending = Ending::Finished;
        let mut epochs = 0;
        let mut test = None;
        let mut history = History::default();
        while epochs < options.epochs && ending == Ending::Finished {
            shuffle.shuffle(epochs, &mut order);
            epochs += 1;
            let mut tally = Tally::default();
            let mut seen = 0;
            let mut done = 0;
            let mut epoch_time = Duration::ZERO;
            for (batch, indices) in order.chunks(options.batch).enumerate() {
                let start = Instant::now();
                let step = u64::from(epochs - 1) * batches + batch as u64;
                let batch_tally = self.gradients(indices, epochs, step);
                if !batch_tally.loss.is_finite() {
                    ending = Ending::Diverged { epoch: epochs, learnt: good.learnt };
                    self.parameters.copy_from_slice(&good.parameters);
                    break;
                }
                good.consider(step, batch_tally.loss / indices.len() as f64, &self.parameters);
                let rate = options.schedule.learning_rate(options.learning_rate, step, steps);
                self.step(rate, indices.len());
                epoch_time += start.elapsed();
                tally.loss += batch_tally.loss;
                tally.correct += batch_tally.correct;
                seen += indices.len();
                done = batch as u64 + 1;
                let training = tally.score(seen);
                let Score { loss, accuracy } = training;
                let mut flow = observe(Event::Batch { batch: done, batches, loss, accuracy });
                // After the last batch comes the evaluation of the epoch.
                let asked = options.validate_every.is_some_and(|every| done % every == 0);
                if flow.is_continue() && asked && done < batches {
                    let validation = self.evaluate().score();
                    let point = Point { epoch: epochs, batch: done, training, validation };
                    history.within.push(point);
                    flow = observe(Event::Validation(point));
                }
                if flow.is_break() {
                    ending = Ending::Interrupted;
                    break;
                }
            }
            spent += epoch_time;
            seen_in_all += seen;
            let evaluation = self.evaluate();
            test = Some(evaluation.clone());
            if seen == 0 {
                break;
            }
            let training = tally.score(seen);
            let validation = evaluation.score();
            history.epochs.push(Point { epoch: epochs, batch: done, training, validation });
            let event = Event::Epoch {
                epoch: epochs,
                batch: done,
                loss: training.loss,
                accuracy: training.accuracy,
                test: evaluation,
                images_per_second: seen as f64 / epoch_time.as_secs_f64(),
            };
            if observe(event).is_break() && ending == Ending::Finished && epochs < options.epochs {
                ending = Ending::Interrupted;
            }
        }
        // The loss tells of a bad step only when the next batch meets its parameters.
        if !self.parameters.iter().all(|parameter| parameter.is_finite()) {
            ending = Ending::Diverged { epoch: epochs, learnt: good.learnt };
            self.parameters.copy_from_slice(&good.parameters);
            test = None;
        }
        Trained {
            test: test.unwrap_or_else(|| self.evaluate()),
            parameters: self.parameters,
            epochs,
            images_per_second: seen_in_all as f64 / spent.as_secs_f64().max(f64::MIN_POSITIVE),
            ending,
            history,
        }
    }

    fn evaluate(&self) -> Evaluation {
        evaluate_network(
            self.network,
            &self.parameters,
            self.data.test,
            self.options.loss,
            &mut |_, _| {},
        )
    }

    /// The gradients of a batch, groups in parallel, summed in group order.
    fn gradients(&mut self, indices: &[u32], epoch: u32, step: u64) -> Tally {
        let Self { network, needs, data, options, parameters, workers, .. } = self;
        let batch = indices.len();
        let Needs { stages, backward_stages, shared, .. } = *needs;
        let task = Task {
            network: *network,
            parameters,
            samples: data.train,
            loss: options.loss,
            batch,
            epoch,
            step: step as u32,
            random: Random::new(options.seed, Purpose::Dropout),
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

    /// One step of the optimizer; the running averages follow the batch, of `samples` samples.
    fn step(&mut self, learning_rate: f32, samples: usize) {
        self.statistics.keep(&self.parameters);
        let Self { optimizer, parameters, gradients, states, .. } = self;
        optimizer.step(learning_rate, parameters, gradients, states);
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

/// The parameters to go back to when the loss is no longer a number: those after the hundred steps
/// with the smallest mean loss.
struct Good {
    parameters: Vec<f32>,
    best: f64,
    sum: f64,
    learnt: bool,
}

impl Good {
    fn new(parameters: &[f32]) -> Self {
        Self { parameters: parameters.to_vec(), best: f64::INFINITY, sum: 0.0, learnt: false }
    }

    fn consider(&mut self, step: u64, loss: f64, parameters: &[f32]) {
        self.sum += loss;
        if (step + 1).is_multiple_of(WINDOW) {
            if self.sum < self.best {
                self.best = self.sum;
                self.parameters.copy_from_slice(parameters);
                self.learnt = true;
            }
            self.sum = 0.0;
        }
    }
}
