//! The training loop.
//!
//! A batch is cut into groups of sixteen samples; group `g` goes to thread `g % threads`. Sums over
//! the lanes of a group are taken in lane order, sums over groups in group order, so the parameters
//! do not depend on the number of threads.

use std::mem;
use std::time::{Duration, Instant};

use tinyconv::plan::Needs;
use tinyconv::{Purpose, Random};

use super::course::Course;
use super::group::Worker;
use super::saving::Pace;
use super::statistics::Statistics;
use super::{
    AnyNetwork, Ending, Evaluation, Event, InvalidState, LossKind, Observer, OptimizerKind, Point,
    RunOptions, RunState, SaveState, Score, Settings, TrainOptions, Trained, evaluate_network,
};
use crate::data::Samples;
use crate::lanes::LANES;

/// What is learnt from, and what judges.
#[derive(Clone, Copy)]
pub(super) struct Data<'a> {
    pub(super) train: &'a dyn Samples,
    /// What judges epochs, if that is not what judges in the end.
    pub(super) validation: Option<&'a dyn Samples>,
    pub(super) test: &'a dyn Samples,
}

/// What a run is told.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) options: &'a TrainOptions,
    pub(super) run: &'a RunOptions,
    /// How much the loss of a sample counts, by its class.
    pub(super) weights: Option<&'a [f32]>,
    /// So many of the first parameters stay as they are.
    pub(super) frozen: usize,
}

/// Everything a run works with, from its first batch to its last.
pub(super) struct Run<'a> {
    pub(super) network: &'a dyn AnyNetwork,
    /// The network's.
    pub(super) needs: Needs,
    pub(super) data: Data<'a>,
    pub(super) told: Told<'a>,
    pub(super) optimizer: OptimizerKind,
    pub(super) parameters: Vec<f32>,
    pub(super) gradients: Vec<f32>,
    /// Of the parameters that do not stay as they are.
    pub(super) states: Vec<f32>,
    pub(super) statistics: Statistics,
    pub(super) workers: Vec<Worker>,
    course: Course,
}

impl<'a> Run<'a> {
    pub(super) fn new(network: &'a dyn AnyNetwork, data: Data<'a>, told: Told<'a>) -> Self {
        let (needs, options) = (network.needs(), told.options);
        let parameters = told.run.start.as_ref().map_or_else(
            || {
                let mut drawn = vec![0.0; needs.params];
                network.init(options.init, options.seed, &mut drawn);
                drawn
            },
            |start| start.parameters().to_vec(),
        );
        let groups = options.batch.min(data.train.len()).div_ceil(LANES);
        let threads = options.threads.min(groups);
        Self {
            network,
            needs,
            data,
            told,
            optimizer: options.optimizer,
            course: Course::new(&parameters),
            parameters,
            gradients: vec![0.0; needs.params],
            states: vec![0.0; (needs.params - told.frozen) * options.optimizer.states()],
            statistics: Statistics::of(network),
            workers: (0..threads).map(|_| Worker::new(&needs, groups.div_ceil(threads))).collect(),
        }
    }

    /// Takes the place of the run whose `state` it is, which was told the same.
    ///
    /// # Errors
    /// If that run was of another size.
    pub(super) fn resume(&mut self, state: RunState) -> Result<(), InvalidState> {
        let RunState { settings: _, course, counters, states, parameters } = state;
        let params = self.parameters.len();
        let fits = parameters.len() == params
            && course.good.parameters.len() == params
            && [0, params].contains(&course.best.parameters.len())
            && states.len() == self.states.len()
            && course.epochs < self.told.options.epochs
            && course.batches <= self.batches();
        if !fits {
            return Err(InvalidState::Damaged);
        }
        self.optimizer.resume(counters);
        (self.course, self.states, self.parameters) = (course, states, parameters);
        Ok(())
    }

    /// What [`resume`](Self::resume) takes.
    fn state(&self, settings: &Settings) -> RunState {
        RunState {
            settings: settings.clone(),
            course: self.course.clone(),
            counters: self.optimizer.counters(),
            states: self.states.clone(),
            parameters: self.parameters.clone(),
        }
    }

    /// Batches of an epoch.
    fn batches(&self) -> u64 {
        self.data.train.len().div_ceil(self.told.options.batch) as u64
    }

    /// Trains, and hands the state over to `save` now and then.
    pub(super) fn go(
        mut self,
        observe: &mut Observer<'_>,
        mut save: Option<(&Settings, &mut SaveState<'_>)>,
    ) -> Trained {
        let Told { options, run, .. } = self.told;
        let samples = self.data.train.len();
        let batches = self.batches();
        let steps = batches * u64::from(options.epochs);
        let has_classes = self.data.train.target_len() == 0;
        let shuffle = Random::new(options.seed, Purpose::Shuffle);
        let mut order: Vec<u32> = (0..samples as u32).collect();
        // Each epoch's order comes from that of the epoch before.
        (0..self.course.epochs).for_each(|epoch| shuffle.shuffle(epoch, &mut order));
        let mut pace = Pace::new();
        let mut spent = Duration::ZERO;
        let mut seen_in_all = 0;
        let mut ending = Ending::Finished;
        let mut epochs = self.course.epochs;
        let mut test = None;
        while epochs < options.epochs && ending == Ending::Finished {
            shuffle.shuffle(epochs, &mut order);
            epochs += 1;
            let before = self.course.batches;
            let mut seen = samples.min(before as usize * options.batch);
            let seen_before = seen;
            let mut epoch_time = Duration::ZERO;
            for (batch, indices) in (0..).zip(order.chunks(options.batch)).skip(before as usize) {
                let start = Instant::now();
                let step = u64::from(epochs - 1) * batches + batch;
                let batch_tally = self.gradients(indices, epochs, step);
                let Course { good, tally, batches: done, .. } = &mut self.course;
                // An infinite state holds its parameter still, which no loss tells.
                if !batch_tally.loss.is_finite() || !are_finite(&self.states) {
                    ending = Ending::Diverged { epoch: epochs, learnt: good.learnt };
                    self.parameters.copy_from_slice(&good.parameters);
                    break;
                }
                good.consider(step, batch_tally.loss / indices.len() as f64, &self.parameters);
                tally.loss += batch_tally.loss;
                tally.correct += batch_tally.correct;
                seen += indices.len();
                *done = batch + 1;
                let (done, training) = (*done, tally.score(seen, has_classes));
                let rate = options.schedule.learning_rate(options.learning_rate, step, steps);
                self.step(rate, indices.len());
                epoch_time += start.elapsed();
                let Score { loss, accuracy } = training;
                let mut flow = observe(Event::Batch { batch: done, batches, loss, accuracy });
                // After the last batch comes the evaluation of the epoch.
                let asked = options.validate_every.is_some_and(|every| done % every == 0);
                if flow.is_continue() && asked && done < batches {
                    let validation = self.validate().score();
                    let point = Point { epoch: epochs, batch: done, training, validation };
                    self.course.history.within.push(point);
                    flow = observe(Event::Validation(point));
                }
                if let Some((settings, save)) = &mut save
                    && (flow.is_break() || pace.is_due())
                {
                    pace.save(|| save(&self.state(settings)));
                }
                if flow.is_break() {
                    ending = Ending::Interrupted;
                    break;
                }
            }
            spent += epoch_time;
            seen_in_all += seen - seen_before;
            let evaluation = self.validate();
            test = self.data.validation.is_none().then(|| evaluation.clone());
            if seen == 0 {
                break;
            }
            let Course { tally, batches: done, best, history, .. } = &mut self.course;
            let (training, done) = (mem::take(tally).score(seen, has_classes), mem::take(done));
            let validation = evaluation.score();
            history.epochs.push(Point { epoch: epochs, batch: done, training, validation });
            best.consider(epochs, validation, &self.parameters, run.keep);
            self.course.epochs = epochs;
            let event = Event::Epoch {
                epoch: epochs,
                batch: done,
                loss: training.loss,
                accuracy: training.accuracy,
                validation: evaluation,
                images_per_second: rate(seen - seen_before, epoch_time),
            };
            let flow = observe(event);
            if ending == Ending::Finished && epochs < options.epochs {
                if self.course.best.is_out_of_patience(epochs, run) {
                    ending = Ending::StoppedEarly;
                } else if flow.is_break() {
                    ending = Ending::Interrupted;
                    if let Some((settings, save)) = &mut save {
                        save(&self.state(settings));
                    }
                }
            }
        }
        let Course { good, best, history, .. } = self.course;
        // The loss tells of a bad step only when the next batch meets its parameters.
        if !(are_finite(&self.parameters) && are_finite(&self.states)) {
            ending = Ending::Diverged { epoch: epochs, learnt: good.learnt };
            self.parameters.copy_from_slice(&good.parameters);
            test = None;
        }
        let mut kept = epochs;
        if !matches!(ending, Ending::Diverged { .. }) && !best.parameters.is_empty() {
            (kept, self.parameters) = (best.epoch, best.parameters);
        }
        let evaluate = || evaluation(self.network, &self.parameters, self.data.test, options.loss);
        Trained {
            test: test.unwrap_or_else(evaluate),
            parameters: self.parameters,
            epochs,
            kept,
            images_per_second: rate(seen_in_all, spent),
            ending,
            history,
        }
    }

    /// How the parameters do on what judges epochs.
    fn validate(&self) -> Evaluation {
        let Self { network, parameters, data, told, .. } = self;
        evaluation(*network, parameters, data.validation.unwrap_or(data.test), told.options.loss)
    }
}

fn evaluation(
    network: &dyn AnyNetwork,
    parameters: &[f32],
    samples: &dyn Samples,
    loss: LossKind,
) -> Evaluation {
    evaluate_network(network, parameters, samples, loss, &mut |_, _| {})
}

fn are_finite(numbers: &[f32]) -> bool {
    numbers.iter().all(|number| number.is_finite())
}

/// Samples per second.
fn rate(samples: usize, time: Duration) -> f64 {
    samples as f64 / time.as_secs_f64().max(f64::MIN_POSITIVE)
}
