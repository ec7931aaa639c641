//! The training loop.
//!
//! A batch is cut into groups of sixteen samples; group `g` goes to thread `g % threads`. Sums over
//! the lanes of a group are taken in lane order, sums over groups in group order, so the parameters
//! do not depend on the number of threads.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use tinyconv::plan::{Dims, Needs};
use tinyconv::{Element, Network, Purpose, Random};

use super::group::{Tally, Task, Worker};
use super::statistics::Statistics;
use super::{
    AnyNetwork, Evaluation, History, InvalidOptions, OptimizerKind, Point, Score, TrainOptions,
    Typed, evaluate_network,
};
use crate::data::{Dataset, ImageSamples, Images, Samples};
use crate::lanes::{LANES, Lanes};

/// What an evaluation counts grows with their square: this many take 64 MiB.
pub(crate) const MOST_OUTPUTS: usize = 4096;

/// Batches over which the running loss is taken; also how often a good state is kept.
const WINDOW: u64 = 100;

/// What a run reports while it goes on.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::{Augmentation, Dataset, Images, Split};
/// use host_tools::model::MODELS;
/// use host_tools::training::{Event, TrainOptions, train};
///
/// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
/// # let images = Images { channels: 1, rows: 1, columns: 2, pixels: vec![200, 10, 40, 60, 90, 30, 0, 250] };
/// # let split = Split { images, labels: vec![0, 1, 0, 1] };
/// # let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// # let options = TrainOptions {
/// #     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..MODELS[0].recipe()
/// # };
/// let mut epochs = Vec::new();
/// train::<Brighter>(&dataset, &options, &mut |event| {
///     if let Event::Epoch { epoch, test, .. } = event {
///         epochs.push((epoch, test.accuracy()));
///     }
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!((epochs.len(), epochs[0].0), (50, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub enum Event {
    /// A batch is done.
    Batch {
        /// Batches done in this epoch.
        batch: u64,
        /// Batches of an epoch.
        batches: u64,
        /// Mean loss of the epoch so far.
        loss: f64,
        /// Share of the epoch's samples that were classified correctly when they were seen.
        accuracy: f64,
    },
    /// Batches are done after which the options asked for an evaluation.
    Validation(Point),
    /// An epoch is done.
    Epoch {
        /// Which one, from 1.
        epoch: u32,
        /// Batches done in it: all, if the run is not to end here.
        batch: u64,
        /// Mean training loss.
        loss: f64,
        /// Share of training samples classified correctly when they were seen.
        accuracy: f64,
        /// The test set.
        test: Evaluation,
        /// Training throughput of the epoch.
        images_per_second: f64,
    },
}

/// Why a run ended.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::{Augmentation, Dataset, Images, Split};
/// use host_tools::model::MODELS;
/// use host_tools::training::{Ending, TrainOptions, train};
///
/// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
/// # let images = Images { channels: 1, rows: 1, columns: 2, pixels: vec![200, 10, 40, 60, 90, 30, 0, 250] };
/// # let split = Split { images, labels: vec![0, 1, 0, 1] };
/// # let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// # let options = TrainOptions {
/// #     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..MODELS[0].recipe()
/// # };
/// let trained = train::<Brighter>(&dataset, &options, &mut |_| ControlFlow::Break(()))?;
/// assert_eq!((trained.ending, trained.epochs), (Ending::Interrupted, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All epochs are done.
    Finished,
    /// The observer asked for it.
    Interrupted,
    /// The loss was no longer a finite number; the parameters are the last good ones.
    Diverged {
        /// The epoch, from 1.
        epoch: u32,
        /// Whether any good state was kept after the first one.
        learnt: bool,
    },
}

/// The result of a run.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::{Augmentation, Dataset, Images, Split};
/// use host_tools::model::MODELS;
/// use host_tools::training::{Ending, TrainOptions, Trained, train};
///
/// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
/// # let images = Images { channels: 1, rows: 1, columns: 2, pixels: vec![200, 10, 40, 60, 90, 30, 0, 250] };
/// # let split = Split { images, labels: vec![0, 1, 0, 1] };
/// # let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// # let options = TrainOptions {
/// #     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..MODELS[0].recipe()
/// # };
/// let trained: Trained =
///     train::<Brighter>(&dataset, &options, &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!((trained.ending, trained.parameters.len()), (Ending::Finished, Brighter::PARAMS));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trained {
    /// The parameters.
    pub parameters: Vec<f32>,
    /// How they do on the test set.
    pub test: Evaluation,
    /// Epochs begun.
    pub epochs: u32,
    /// Training images per second, evaluation left out.
    pub images_per_second: f64,
    /// How it ended.
    pub ending: Ending,
    /// How it went.
    pub history: History,
}

/// Called after each batch and each epoch; `Break` ends the run after the current batch.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::{Augmentation, Dataset, Images, Split};
/// use host_tools::model::MODELS;
/// use host_tools::training::{Event, Observer, TrainOptions, train};
///
/// # tinyconv::network! { Brighter: 1 x 1 x 2 { Dense { out: 2 } } }
/// # let images = Images { channels: 1, rows: 1, columns: 2, pixels: vec![200, 10, 40, 60, 90, 30, 0, 250] };
/// # let split = Split { images, labels: vec![0, 1, 0, 1] };
/// # let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// # let options = TrainOptions {
/// #     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..MODELS[0].recipe()
/// # };
/// let mut batches = 0;
/// let mut after_ten = |event| match event {
///     Event::Batch { .. } if batches == 9 => ControlFlow::Break(()),
///     Event::Batch { .. } => {
///         batches += 1;
///         ControlFlow::Continue(())
///     }
///     _ => ControlFlow::Continue(()),
/// };
/// let observe: &mut Observer<'_> = &mut after_ten;
/// assert_eq!(train::<Brighter>(&dataset, &options, observe)?.epochs, 10); // of one batch each
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type Observer<'a> = dyn FnMut(Event) -> ControlFlow<()> + Send + 'a;

/// Trains network `N` on `dataset`.
///
/// # Errors
/// If the options or the data do not fit the network.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::{Augmentation, Dataset, Images, Split};
/// use host_tools::model::MODELS;
/// use host_tools::training::{TrainOptions, train};
///
/// tinyconv::network! {
///     /// Tells which of two pixels is the brighter one.
///     Brighter: 1 x 1 x 2 { Dense { out: 2 } }
/// }
///
/// let images = Images { channels: 1, rows: 1, columns: 2, pixels: vec![200, 10, 40, 60, 90, 30, 0, 250] };
/// let split = Split { images, labels: vec![0, 1, 0, 1] };
/// let dataset = Dataset { train: split.clone(), test: split, classes: 2 };
/// let options = TrainOptions {
///     epochs: 50, threads: 1, augmentation: Augmentation::NONE, ..MODELS[0].recipe()
/// };
/// let trained = train::<Brighter>(&dataset, &options, &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!(trained.test.samples(), 4);
/// # let again = TrainOptions { threads: 2, ..options };
/// # let again = train::<Brighter>(&dataset, &again, &mut |_| ControlFlow::Continue(()))?;
/// # assert_eq!(again.parameters, trained.parameters);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn train<N: Network>(
    dataset: &Dataset,
    options: &TrainOptions,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    train_images(&Typed::<N>::NEW, dataset, options, observe)
}

/// As [`train`], any network.
pub(crate) fn train_images(
    network: &dyn AnyNetwork,
    dataset: &Dataset,
    options: &TrainOptions,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    let TrainOptions { augmentation, normalisation, seed, .. } = *options;
    options.validate()?;
    check_size(network.input(), &dataset.train.images)?;
    let train = ImageSamples { split: &dataset.train, normalisation, augmentation, seed };
    let test = ImageSamples::plain(&dataset.test, normalisation);
    train_network(network, &train, &test, options, observe)
}

/// Trains network `N` with the samples `train`, and judges it by the samples `test`.
///
/// # Errors
/// If the options or the samples do not fit the network.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::shapes;
/// use host_tools::model::MODELS;
/// use host_tools::reproduce::blog::Shapes;
/// use host_tools::training::{LossKind, TrainOptions, train_samples};
///
/// let (train, test) = shapes(500, 1).split(333);
/// let options = TrainOptions {
///     loss: LossKind::MeanSquaredError, epochs: 20, threads: 1, ..MODELS[0].recipe()
/// };
/// let trained =
///     train_samples::<Shapes>(&train, &test, &options, &mut |_| ControlFlow::Continue(()))?;
/// assert!(trained.test.accuracy() > 0.9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn train_samples<N: Network>(
    train: &dyn Samples,
    test: &dyn Samples,
    options: &TrainOptions,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    train_network(&Typed::<N>::NEW, train, test, options, observe)
}

/// As [`train_samples`], any network: the bits of a network that is a value are those of its type.
///
/// # Errors
/// If the options or the samples do not fit the network.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use host_tools::data::shapes;
/// use host_tools::interpret::Interpreter;
/// use host_tools::model::MODELS;
/// use host_tools::training::{TrainOptions, train_network};
/// use tinyconv::plan::{Conv2dOptions, Dims, LayerKind, LayerSpec};
///
/// // Read from a file, say.
/// let conv = Conv2dOptions { out: 4, kernel: [3, 3], ..Conv2dOptions::NEW };
/// let layers = [LayerSpec { name: "", kind: LayerKind::Conv2d(conv) }];
/// let network = Interpreter::new(Dims::Map([1, 3, 3]), &layers)?;
///
/// let (train, test) = shapes(500, 1).split(333);
/// let options =
///     TrainOptions { learning_rate: 0.05, epochs: 20, threads: 1, ..MODELS[0].recipe() };
/// let trained =
///     train_network(&network, &train, &test, &options, &mut |_| ControlFlow::Continue(()))?;
/// assert!(trained.test.accuracy() > 0.9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn train_network(
    network: &dyn AnyNetwork,
    train: &dyn Samples,
    test: &dyn Samples,
    options: &TrainOptions,
    observe: &mut Observer<'_>,
) -> Result<Trained, InvalidOptions> {
    options.validate()?;
    check_samples(network, "training", train)?;
    check_samples(network, "test", test)?;
    let data = Data { train, test };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
    Ok(pool.install(|| Run::new(network, data, options).go(observe)))
}

fn check_samples(
    network: &dyn AnyNetwork,
    name: &'static str,
    samples: &dyn Samples,
) -> Result<(), InvalidOptions> {
    if samples.is_empty() {
        return Err(InvalidOptions::NoSamples(name));
    }
    if samples.input_len() != network.input().len() {
        let (found, expected) = (samples.input_len(), network.input().to_string());
        return Err(InvalidOptions::SampleSize { name, found, expected });
    }
    let classes = network.needs().output;
    if classes > MOST_OUTPUTS {
        return Err(InvalidOptions::Outputs(classes));
    }
    let found = samples.target_len();
    if found != 0 && found != classes {
        return Err(InvalidOptions::TargetSize { name, found, expected: classes });
    }
    let wrong = (0..samples.len() as u32).find(|&i| usize::from(samples.label(i)) >= classes);
    wrong.map_or(Ok(()), |index| {
        Err(InvalidOptions::Label { name, index, label: samples.label(index), classes })
    })
}

/// Checks that `images` are as large as a network's `input`.
///
/// # Errors
/// If they are not.
///
/// ```
/// use host_tools::data::Images;
/// use host_tools::networks::Digits;
/// use host_tools::training::check_size;
/// use tinyconv::Network;
///
/// let images = |rows| Images { channels: 1, rows, columns: 28, pixels: vec![0; rows * 28] };
/// assert!(check_size(Digits::INPUT, &images(28)).is_ok());
/// let error = check_size(Digits::INPUT, &images(32)).unwrap_err();
/// assert!(error.to_string().starts_with("the images are 32 x 28, the network takes 1 x 28 x 28"));
/// ```
pub fn check_size(input: Dims, images: &Images) -> Result<(), InvalidOptions> {
    if input == Dims::Map([images.channels, images.rows, images.columns]) {
        Ok(())
    } else {
        Err(InvalidOptions::ImageSize {
            channels: images.channels,
            rows: images.rows,
            columns: images.columns,
            expected: input.to_string(),
        })
    }
}

#[derive(Clone, Copy)]
struct Data<'a> {
    train: &'a dyn Samples,
    test: &'a dyn Samples,
}

struct Run<'a> {
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
    fn new(network: &'a dyn AnyNetwork, data: Data<'a>, options: &'a TrainOptions) -> Self {
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

    fn go(mut self, observe: &mut Observer<'_>) -> Trained {
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
