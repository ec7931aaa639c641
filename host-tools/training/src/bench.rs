//! How fast this machine trains and infers, beside how fast it could multiply and add at all.
//!
//! Speeds are measured in rounds, each of which measures everything once, so that a machine whose
//! speed drifts drifts for all of them; what is reported is the median of the rounds.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use serde::Serialize;
use tinyconv::plan::Walk;
use tinyconv::{Element, Network};

use crate::data::{Augmentation, Dataset, Split, SplitSamples};
use crate::lanes::{LANES, Lanes};
use crate::training::{AnyNetwork, Evaluator, InvalidOptions, TrainOptions, Typed, train_images};

/// Images per inference batch.
///
/// ```
/// assert_eq!(tinyconv_training::bench::INFERENCE_BATCH % tinyconv_training::lanes::LANES, 0);
/// ```
pub const INFERENCE_BATCH: usize = 128;

/// What a benchmark measured with one number of threads.
///
/// ```
/// use std::time::Duration;
///
/// use tinyconv_training::data::{Dataset, Inputs, Split};
/// use tinyconv_training::bench::measure;
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::networks::Linear;
/// use tinyconv_training::training::TrainOptions;
///
/// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
/// let split = Split::new(inputs, vec![0, 1]);
/// let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
/// let options = TrainOptions { threads: 1, ..MODELS[3].recipe() };
/// let mut rounds = 0;
/// let speeds =
///     measure::<Linear>(&dataset, &options, 2, Duration::from_millis(5), &mut || rounds += 1)?;
/// // An inference of this network is 7840 multiply-adds.
/// let per_second = speeds.infer_images_per_s * 7840.0 / 1e9;
/// assert!((speeds.infer_gmacs / per_second - 1.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Speeds {
    /// Threads.
    pub threads: usize,
    /// The machine's peak: unfused multiply-adds in registers, 10^9 per second.
    pub peak_gmacs: f64,
    /// Training images per second.
    pub train_images_per_s: f64,
    /// Multiply-adds of training, 10^9 per second: forward, weight gradients, and input gradients
    /// of all layers but the first.
    pub train_gmacs: f64,
    /// Images per second of inference in batches of [`INFERENCE_BATCH`], images already in lanes.
    pub infer_images_per_s: f64,
    /// Multiply-adds of inference, 10^9 per second.
    pub infer_gmacs: f64,
}

/// Measures training with `options` (without augmentation) and inference of network `N`; calls
/// `done` after each round.
///
/// # Errors
/// If the options or the data do not fit the network.
///
/// ```
/// use std::time::Duration;
///
/// use tinyconv_training::data::{Dataset, Inputs, Split};
/// use tinyconv_training::bench::measure;
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::networks::Linear;
/// use tinyconv_training::training::TrainOptions;
///
/// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
/// let split = Split::new(inputs, vec![0, 1]);
/// let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
/// let options = TrainOptions { threads: 1, ..MODELS[3].recipe() };
/// let mut rounds = 0;
/// let speeds =
///     measure::<Linear>(&dataset, &options, 2, Duration::from_millis(5), &mut || rounds += 1)?;
/// assert_eq!((rounds, speeds.threads), (2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn measure<N: Network>(
    dataset: &Dataset,
    options: &TrainOptions,
    rounds: u32,
    round_time: Duration,
    done: &mut dyn FnMut(),
) -> Result<Speeds, InvalidOptions> {
    measure_network(&Typed::<N>::NEW, dataset, options, rounds, round_time, done)
}

/// As [`measure`], any network.
///
/// # Errors
/// If the options or the data do not fit the network.
///
/// ```
/// use std::time::Duration;
///
/// use tinyconv_training::data::{Dataset, Inputs, Split};
/// use tinyconv_training::bench::measure_network;
/// use tinyconv_training::interpret::Interpreter;
/// use tinyconv_built_in::MODELS;
/// use tinyconv_training::networks::Linear;
/// use tinyconv_training::training::TrainOptions;
/// use tinyconv::Network;
///
/// let inputs = Inputs::bytes([1, 28, 28], [[0; 784], [255; 784]].concat());
/// let split = Split::new(inputs, vec![0, 1]);
/// let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
/// let options = TrainOptions { threads: 1, ..MODELS[3].recipe() };
/// let network = Interpreter::new(Linear::INPUT, Linear::LAYERS)?;
/// let time = Duration::from_millis(5);
/// let speeds = measure_network(&network, &dataset, &options, 2, time, &mut || ())?;
/// assert!(speeds.infer_images_per_s > 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn measure_network(
    network: &dyn AnyNetwork,
    dataset: &Dataset,
    options: &TrainOptions,
    rounds: u32,
    round_time: Duration,
    done: &mut dyn FnMut(),
) -> Result<Speeds, InvalidOptions> {
    let options = TrainOptions { augmentation: Augmentation::NONE, epochs: u32::MAX, ..*options };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()?;
    let (inference, training) = multiply_adds(network);
    // The test set is evaluated at the end of a run and not counted: a few images are enough.
    let few = dataset.test.select([0]);
    let dataset = Dataset { train: dataset.train.clone(), test: few, classes: dataset.classes };
    let (mut peaks, mut trains, mut infers) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        peaks.push(pool.install(|| peak(round_time / 4)));
        let start = Instant::now();
        let trained = train_images(network, &dataset, &options, &mut |_| {
            if start.elapsed() < round_time {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        trains.push(trained.images_per_second);
        infers.push(
            pool.install(|| {
                infer(network, &trained.parameters, &dataset.train, &options, round_time)
            }),
        );
        done();
    }
    let (train_images_per_s, infer_images_per_s) = (median(&mut trains), median(&mut infers));
    Ok(Speeds {
        threads: options.threads,
        peak_gmacs: median(&mut peaks) / 1e9,
        train_images_per_s,
        train_gmacs: train_images_per_s * training as f64 / 1e9,
        infer_images_per_s,
        infer_gmacs: infer_images_per_s * inference as f64 / 1e9,
    })
}

/// Multiply-adds of one inference and of one training sample.
fn multiply_adds(network: &dyn AnyNetwork) -> (usize, usize) {
    let (mut inference, mut first) = (0, 0);
    for place in Walk::new(network.input(), &network.layers()) {
        let count = place.facts.multiply_adds;
        inference += count;
        if first == 0 {
            first = count;
        }
    }
    (inference, 3 * inference - first)
}

/// Unfused multiply-adds per second, summed over the threads of the pool.
///
/// Which loop a processor runs fastest differs; the faster one of two counts.
fn peak(time: Duration) -> f64 {
    let rate = |operations: fn(u64) -> Lanes, count: usize| {
        let rates = rayon::broadcast(|_| {
            let start = Instant::now();
            let mut rounds = 0;
            while start.elapsed() < time / 2 {
                black_box(operations(10_000));
                rounds += 10_000;
            }
            (rounds * (count * LANES) as u64) as f64 / start.elapsed().as_secs_f64()
        });
        rates.iter().sum::<f64>()
    };
    rate(tile_of_registers, TILE * TILE).max(rate(chains_of_registers, CHAINS))
}

const TILE: usize = 4;
const CHAINS: usize = 10;

/// `rounds` times four by four multiply-adds, as in a convolution.
#[inline(never)]
fn tile_of_registers(rounds: u64) -> Lanes {
    let mut sums = [[Lanes::ZERO; TILE]; TILE];
    let inputs: [Lanes; TILE] = black_box([Lanes::splat(0.5); TILE]);
    for _ in 0..rounds {
        for sums in &mut sums {
            // Hidden from the compiler, or it would multiply only once.
            let weight = Lanes::splat(black_box(0.25));
            for (sum, &x) in sums.iter_mut().zip(&inputs) {
                *sum = sum.multiply_add(x, weight);
            }
        }
    }
    sums.as_flattened().iter().fold(Lanes::ZERO, |total, &sum| total + sum)
}

/// `rounds` times ten independent multiply-adds; nothing but registers.
#[inline(never)]
fn chains_of_registers(rounds: u64) -> Lanes {
    let mut sums = [Lanes::ZERO; CHAINS];
    let mut products = [Lanes::splat(0.5); CHAINS];
    // One, which the compiler does not know: the products stay what they are.
    let factor = Lanes::splat(black_box(1.0));
    for _ in 0..rounds {
        for (sum, product) in sums.iter_mut().zip(&mut products) {
            *product = *product * factor;
            *sum = *sum + *product;
        }
    }
    sums.iter().fold(Lanes::ZERO, |total, &sum| total + sum)
}

/// Images per second of inference.
fn infer(
    network: &dyn AnyNetwork,
    parameters: &[f32],
    split: &Split,
    options: &TrainOptions,
    time: Duration,
) -> f64 {
    let samples = SplitSamples::plain(split, options.normalisation);
    let indices: Vec<u32> = (0..INFERENCE_BATCH.min(split.labels.len()) as u32).collect();
    let rates: Vec<f64> = rayon::broadcast(|_| {
        let mut groups: Vec<_> = indices
            .chunks(LANES)
            .map(|indices| {
                let mut evaluator = Evaluator::of(network);
                evaluator.fill(&samples, indices);
                evaluator
            })
            .collect();
        let start = Instant::now();
        let mut images = 0;
        while start.elapsed() < time {
            for evaluator in &mut groups {
                black_box(evaluator.infer_network(network, parameters));
            }
            images += indices.len();
        }
        images as f64 / start.elapsed().as_secs_f64()
    });
    rates.iter().sum()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
