//! A training step of each network of MLPerf Tiny against PyTorch: outputs and gradients of a batch of two.
//!
//! `tests/data/mlperf.safetensors` holds PyTorch's numbers in double precision; `tests/data/mlperf.py` computed them.

use tinyconv::plan::{Plan, Role, Start};
use tinyconv::{Element, Network};

use super::stages::step_without_dropout;
use super::vectors::Vectors;
use super::{F32, F64, assert_close};

#[path = "../firmware/src/mlperf/mod.rs"]
mod networks;

static FILE: &[u8] = include_bytes!("../data/mlperf.safetensors");

/// Samples of a batch.
const BATCH: usize = 2;
/// The file has the first gradient, and every so many after it.
const STEP: usize = 61;

/// A number from -1 to 1 of 16 bits; the script draws the same.
fn drawn(index: usize) -> f32 {
    let mixed = (index as u32).wrapping_mul(2_654_435_761);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519);
    ((mixed ^ (mixed >> 13)) >> 16) as f32 / 32_768.0 - 1.0
}

/// Parameters in the order of the network.
fn parameters<N: Network>() -> Vec<f32> {
    let plan = Plan::new(N::INPUT, N::LAYERS).expect("the network fits together");
    let mut params = Vec::new();
    for layer in plan.walk() {
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
    assert_eq!(params.len(), N::PARAMS);
    params
}

fn check_step<N: Network, E: Element<Choice = u8, Class = u16> + Into<f64>>(
    name: &str,
    tolerance: f64,
) {
    let vectors = Vectors::of(FILE);
    let list = |first: usize, count: usize| -> Vec<E> {
        (first..first + count).map(|index| E::splat(drawn(index))).collect()
    };
    let inputs = list(1 << 24, BATCH * N::INPUT_LEN);
    let weights = list(1 << 25, BATCH * N::OUTPUT_LEN);
    let [output, d_params, d_input] =
        step_without_dropout::<N::Layers, E>(&parameters::<N>(), &inputs, &weights);
    let every = |all: Vec<E>| all.into_iter().step_by(STEP).collect::<Vec<E>>();
    for (entry, ours) in
        [("output", output), ("d_params", every(d_params)), ("d_input", every(d_input))]
    {
        let entry = format!("{name}/{entry}");
        assert_close(&entry, &ours, &vectors.floats(&entry), tolerance);
    }
}

fn check<N: Network>(name: &str) {
    check_step::<N, f64>(name, F64);
    check_step::<N, f32>(name, F32);
}

#[test]
#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
fn resnet8() {
    check::<networks::ResNet8>("resnet8");
}

#[test]
#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
fn ds_cnn() {
    check::<networks::DsCnn>("ds_cnn");
}

#[test]
#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
fn mobile_net() {
    check::<networks::MobileNet>("mobile_net");
}

#[test]
#[cfg_attr(feature = "micromath", ignore = "its root is an approximation")]
fn autoencoder() {
    check::<networks::Autoencoder>("autoencoder");
}
