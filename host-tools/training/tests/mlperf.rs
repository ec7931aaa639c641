//! A training step of each network of MLPerf Tiny against PyTorch: outputs and gradients of a batch of sixteen.
//!
//! `tests/data/mlperf.safetensors` holds PyTorch's numbers in double precision; `tests/data/mlperf.py` computed them. The
//! networks are those that QEMU runs, as values: a value has the bits of its type (`tests/values.rs` of the tool).

use safetensors::SafeTensors;
use tinyconv::loss::{Goal, Loss, Target};
use tinyconv::plan::{Dims, LayerSpec, Role, Start, Walk};
use tinyconv::{Accumulate, BatchStage, Element, Network, Scratch};
use tinyconv_training::interpret::Interpreter;

#[path = "../../../tests/firmware/src/mlperf/mod.rs"]
mod networks;

static FILE: &[u8] = include_bytes!("../../../tests/data/mlperf.safetensors");

/// Samples of a batch.
const BATCH: usize = 16;
/// The file has the first gradient, and every so many after it.
const STEP: usize = 61;
/// In double precision both are the same but for the order of sums.
const F64: f64 = 1e-9;
/// In single precision, as a share of the largest.
const F32: f64 = 1e-5;
/// A ReLU near its kink that passes in one precision and not in the other: PyTorch's own single precision is 8.6e-4 from
/// its double precision for MobileNet with these parameters.
const F32_NEAR_KINKS: f64 = 1e-3;

/// The sum of output times weight.
struct Weighted;

impl Loss for Weighted {
    fn forward<E: Element>(&self, _: &[E], target: Target<'_, E>, kept: &mut [E]) -> E {
        let Target::Values(weights) = target else { panic!("weights are values") };
        kept.copy_from_slice(weights);
        E::ZERO
    }

    fn backward<E: Element>(&self, _: Target<'_, E>, _: E, _: &mut [E]) {}
}

/// A number from -1 to 1 of 16 bits; the script draws the same.
fn drawn(index: usize) -> f32 {
    let mixed = (index as u32).wrapping_mul(2_654_435_761);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519);
    ((mixed ^ (mixed >> 13)) >> 16) as f32 / 32_768.0 - 1.0
}

fn parameters(input: Dims, layers: &[LayerSpec<'_>]) -> Vec<f32> {
    let mut params = Vec::new();
    for layer in Walk::new(input, layers) {
        for tensor in layer.facts.tensors.as_slice() {
            for _ in 0..tensor.len() {
                let u = drawn(params.len());
                params.push(match (tensor.role, tensor.start) {
                    (Role::RunningMean, _) => 0.0,
                    (Role::RunningVariance, _) => 1.0,
                    (Role::Bias, _) => u / 4.0,
                    (Role::Weight, Start::Drawn { fan_in, .. }) => {
                        u * (-((fan_in as f64).log2() / 2.0).round()).exp2() as f32
                    }
                    (Role::Weight, _) => 1.0 + u / 4.0,
                });
            }
        }
    }
    params
}

/// What the passes over one sample keep.
struct Sample<E: Element> {
    elements: Vec<E>,
    choices: Vec<E::Choice>,
    shared: Vec<E>,
}

/// The sums over the batch, for all to see.
fn share<E: Element>(samples: &mut [Sample<E>]) {
    let mut sums = vec![E::ZERO; samples[0].shared.len()];
    samples.iter().for_each(|sample| BatchStage::add(&sample.shared, E::splat(1.0), &mut sums));
    samples.iter_mut().for_each(|sample| sample.shared.copy_from_slice(&sums));
}

/// Output and gradients of a batch, in training mode without dropout.
fn step<E: Element>(
    network: &Interpreter,
    params: &[f32],
    inputs: &[E],
    weights: &[E],
) -> [Vec<E>; 2] {
    let needs = network.needs();
    let sample = |_| Sample {
        elements: vec![E::splat(f32::NAN); needs.step()],
        choices: vec![E::FIRST_CHOICE; needs.choices],
        shared: vec![E::splat(f32::NAN); needs.shared],
    };
    let mut samples: Vec<Sample<E>> = (0..BATCH).map(sample).collect();
    let live = E::splat(1.0);
    let of = |number: usize| &inputs[number * needs.input..][..needs.input];
    for index in 0..needs.stages {
        for (number, Sample { elements, choices, shared }) in samples.iter_mut().enumerate() {
            let stage = BatchStage { index, samples: BATCH, live, shared };
            network.forward_stage(stage, params, of(number), None, Scratch { elements, choices });
        }
        share(&mut samples);
    }
    let outputs = needs.tape..needs.tape + needs.output;
    let output = samples.iter().flat_map(|sample| sample.elements[outputs.clone()].to_vec());
    let output = output.collect();
    for (sample, weights) in samples.iter_mut().zip(weights.chunks_exact(needs.output)) {
        sample.elements[outputs.end..][..needs.output].copy_from_slice(weights);
    }
    let mut gradients = vec![E::ZERO; params.len()];
    for index in (0..needs.backward_stages).rev() {
        for (number, Sample { elements, choices, shared }) in samples.iter_mut().enumerate() {
            let weights = &weights[number * needs.output..][..needs.output];
            network.backward_stage(
                BatchStage { index, samples: BATCH, live, shared },
                Accumulate { parameters: params, gradients: &mut gradients },
                of(number),
                Goal { loss: &Weighted, target: Target::Values(weights) },
                live,
                Scratch { elements, choices },
            );
        }
        share(&mut samples);
    }
    [output, gradients]
}

/// The largest difference as a share of the largest number.
fn difference(ours: impl Iterator<Item = f64>, theirs: &[f64]) -> f64 {
    let ours: Vec<f64> = ours.collect();
    assert_eq!(ours.len(), theirs.len());
    let largest = theirs.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let most = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs());
    most.fold(0.0, |most, one| if one > most || one.is_nan() { one } else { most }) / largest
}

fn check_step<E: Element<Choice = u8, Class = u16> + Into<f64>>(
    name: &str,
    network: &Interpreter,
    params: &[f32],
    tolerance: f64,
) {
    let file = SafeTensors::deserialize(FILE).expect("a safetensors file");
    let list = |first: usize, count: usize| -> Vec<E> {
        (first..first + count).map(|index| E::splat(drawn(index))).collect()
    };
    let inputs = list(1 << 24, BATCH * network.input().len());
    let weights = list(1 << 25, BATCH * network.output().len());
    let [output, gradients] = step(network, params, &inputs, &weights);
    let gradients = gradients.into_iter().step_by(STEP).collect();
    for (entry, ours) in [("output", output), ("d_params", gradients)] {
        let theirs = file.tensor(&format!("{name}/{entry}")).expect("the script wrote it");
        let theirs: Vec<f64> =
            theirs.data().as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
        let difference = difference(ours.into_iter().map(Into::into), &theirs);
        println!("{name}/{entry}: {difference:.1e}");
        assert!(difference <= tolerance, "{name}/{entry}: {difference:e} > {tolerance:e}");
    }
}

fn check<N: Network>(name: &str, single: f64) {
    let network = Interpreter::new(N::INPUT, N::LAYERS).expect("the network fits together");
    let params = parameters(N::INPUT, N::LAYERS);
    check_step::<f64>(name, &network, &params, F64);
    check_step::<f32>(name, &network, &params, single);
}

#[test]
fn resnet8() {
    check::<networks::ResNet8>("resnet8", F32);
}

#[test]
fn ds_cnn() {
    check::<networks::DsCnn>("ds_cnn", F32);
}

#[test]
fn mobile_net() {
    check::<networks::MobileNet>("mobile_net", F32_NEAR_KINKS);
}

#[test]
fn autoencoder() {
    check::<networks::Autoencoder>("autoencoder", F32);
}
