//! What the images that train must print, but for their stack: the host's losses and parameters.

use host_tools::lanes::LANES;
use host_tools::networks::{Digits, DigitsDense, DigitsTiny, LeNet};
use host_tools::training::OwnedBlocks;
use tinyconv::model_file::ModelFile;
use tinyconv::optim::{Descent, Optimizer, Sgd};
use tinyconv::tuning::{All, Last, MiniBatch, Part, PerSample, Trainer, checksum};
use tinyconv::{Bytes, Deployed, InputOf, Network, Shape};

use super::firmware::Net;
use super::inputs::{IMAGES, MODEL, TINY_MODEL, dense_model, lenet_model, lenet_split, test_split};
use super::lanes;

/// As in `tests/firmware/src/bin/train.rs`.
const STEPS: usize = 200;
const LEARNING_RATE: f32 = 0.01;
/// As in `tests/firmware/src/bin/train_batches.rs`.
const BATCHES: usize = 50;
const BATCH_LEARNING_RATE: f32 = 0.05;
const BATCH: u32 = LANES as u32;

static PIXELS: [f32; 256] = Bytes::table(0.0, 255.0);

/// The lines of `train`, but for the last; `head`: only the last layer is trained.
pub fn sample_lines(net: Net, head: bool) -> Vec<String> {
    match (net, head) {
        (Net::Digits, false) => samples::<Digits, All>(MODEL),
        (Net::Digits, true) => samples::<Digits, Last<1>>(MODEL),
        (Net::DigitsTiny, false) => samples::<DigitsTiny, All>(TINY_MODEL),
        (Net::DigitsTiny, true) => samples::<DigitsTiny, Last<1>>(TINY_MODEL),
        (Net::DigitsDense, false) => samples::<DigitsDense, All>(dense_model()),
        (Net::DigitsDense, true) => samples::<DigitsDense, Last<1>>(dense_model()),
        (Net::LeNet5, false) => samples::<Deployed<LeNet>, All>(lenet_model()),
        (Net::LeNet5, true) => samples::<Deployed<LeNet>, Last<1>>(lenet_model()),
    }
}

/// The lines of `train-batches`, but for the last.
pub fn batch_lines(net: Net, momentum: bool) -> Vec<String> {
    match (net, momentum) {
        (Net::Digits, false) => batches::<Digits, Descent>(MODEL),
        (Net::Digits, true) => batches::<Digits, Sgd>(MODEL),
        (Net::DigitsTiny, false) => batches::<DigitsTiny, Descent>(TINY_MODEL),
        (Net::DigitsTiny, true) => batches::<DigitsTiny, Sgd>(TINY_MODEL),
        (Net::DigitsDense, false) => batches::<DigitsDense, Descent>(dense_model()),
        (Net::DigitsDense, true) => batches::<DigitsDense, Sgd>(dense_model()),
        (Net::LeNet5, false) => batches::<Deployed<LeNet>, Descent>(lenet_model()),
        (Net::LeNet5, true) => batches::<Deployed<LeNet>, Sgd>(lenet_model()),
    }
}

/// The parameters of a trained model.
fn parameters<N: Network>(model: &[u8]) -> Vec<f32> {
    let model = ModelFile::parse(model).expect("the model file is whole");
    let mut parameters = vec![0.0; N::PARAMS];
    model.load::<N>(&mut parameters).expect("the model is of this network");
    parameters
}

/// The image that the firmware sees in step `step`, and its label.
fn sample<N: Network>(step: usize) -> (&'static [u8], u16) {
    let split = if N::INPUT == LeNet::INPUT { lenet_split() } else { test_split() };
    (split.images().unwrap().image(step % IMAGES), split.labels[step % IMAGES])
}

/// The lines of `train` for a model and a part of it, but for the last.
///
/// # Panics
/// If the model is not of this network, or there was nothing to learn.
pub fn samples<N: Network, P: Part<N>>(model: &[u8]) -> Vec<String> {
    let factory = &parameters::<N>(model)[..];
    let mut owned = OwnedBlocks::new::<N, P, Descent, PerSample>();
    let mut trainer = Trainer::<N, P, Descent, PerSample>::new(
        factory,
        owned.blocks(),
        Descent::default(),
        LEARNING_RATE,
    )
    .expect("blocks of the right length");
    let mut lines: Vec<String> = (0..STEPS)
        .map(|step| {
            let (image, label) = sample::<N>(step);
            let outcome =
                trainer.step(Bytes(&PIXELS), InputOf::<N>::view(image), label).expect("a step");
            format!("step {step} {:08x}", outcome.loss.to_bits())
        })
        .collect();
    lines.push(parameters_line(&factory[P::FROZEN_PARAMS..], trainer.parameters()));
    lines
}

/// Computed sample by sample, as the device does it, and once more in lanes.
fn batches<N: Network, O: Optimizer + Copy + Default>(model: &[u8]) -> Vec<String> {
    let factory = &parameters::<N>(model)[..];
    let mut owned = OwnedBlocks::new::<N, All, O, MiniBatch<BATCH>>();
    let mut trainer = Trainer::<N, All, O, MiniBatch<BATCH>>::new(
        factory,
        owned.blocks(),
        O::default(),
        BATCH_LEARNING_RATE,
    )
    .expect("blocks of the right length");
    let mut in_lanes = factory.to_vec();
    let mut optimizer = O::default();
    let mut states = vec![0.0; N::PARAMS * O::STATES];
    let mut lines: Vec<String> = (0..BATCHES)
        .map(|batch| {
            let batch_samples: [_; LANES] =
                std::array::from_fn(|lane| sample::<N>(batch * LANES + lane));
            let losses = batch_samples.map(|(image, label)| {
                let image = InputOf::<N>::view(image);
                trainer.step(Bytes(&PIXELS), image, label).expect("a step").loss
            });

            let values = batch_samples.map(|(image, label)| {
                (image.iter().map(|&x| f32::from(x) / 255.0).collect::<Vec<f32>>(), label)
            });
            let values = std::array::from_fn(|lane| (&values[lane].0[..], values[lane].1));
            let (gradients, lane_losses) = lanes::gradients::<N>(&in_lanes, values);
            optimizer.step(BATCH_LEARNING_RATE, &mut in_lanes, &gradients, &mut states);
            assert_eq!(losses.map(f32::to_bits), lane_losses.map(f32::to_bits), "lanes, {batch}");
            let bits =
                |values: &[f32]| -> Vec<u32> { values.iter().map(|x| x.to_bits()).collect() };
            assert!(bits(trainer.parameters()) == bits(&in_lanes), "lanes, batch {batch}");

            format!("batch {batch} {:08x}", checksum(&losses))
        })
        .collect();
    lines.push(parameters_line(factory, trainer.parameters()));
    lines
}

/// # Panics
/// If there was nothing to learn.
fn parameters_line(before: &[f32], after: &[f32]) -> String {
    let changed = before.iter().zip(after).filter(|(before, after)| before != after).count();
    assert!(changed > before.len() / 2, "{changed} parameters have learnt something");
    format!("parameters {:08x}", checksum(after))
}
