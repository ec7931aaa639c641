//! Batch normalisation, blocks of branches, convolutions and pools of all forms and softmax against PyTorch:
//! outputs, gradients and running averages over whole batches, and networks as a device runs them.
//!
//! `tests/data/layers.safetensors` holds PyTorch's numbers in double precision;
//! `tests/data/layers.py`, which computed them, lists the networks.

use tinyconv::layers::{Apart, BatchNorm, Given, Linked};
use tinyconv::plan::{BatchNormOptions, Dims, LayerKind};
use tinyconv::{Deployed, Direct, Element, Layer, Network, OutputOf, Shape, fold, network};

use super::places::place;
use super::stages::{forward, gradients};
use super::vectors::Vectors;
use super::{F32, F64, assert_close};

static FILE: &[u8] = include_bytes!("../data/layers.safetensors");

/// A running average is stored in single precision: in each pass, the batch's own number, two
/// products and their sum are rounded, the factor of the first and the estimate's before.
const OF_AVERAGES: f64 = 6.0 / (1u64 << 24) as f64;

/// Numbers that are exact in single precision.
fn elements<E: Element>(vectors: &Vectors, name: &str) -> Vec<E> {
    vectors.floats(name).into_iter().map(|value| E::splat(value as f32)).collect()
}

/// Training over `batches` batches; gradients relative to the largest of the network's.
fn check_training<L: Linked, E: Element<Choice = u8, Class = u16> + Into<f64>>(
    name: &str,
    batches: usize,
    tolerance: f64,
) {
    let vectors = Vectors::of(FILE);
    let mut params: Vec<f32> = elements(&vectors, &format!("{name}/params"));
    let first = params.clone();
    assert_eq!(params.len(), L::NEEDS.params, "{name}");
    for step in 0..batches {
        let entry = |entry: &str| format!("{name}/{step}/{entry}");
        let input: Vec<E> = elements(&vectors, &entry("input"));
        let samples = forward::<L, E>(&params, &input);
        let output: Vec<E> = samples.iter().flat_map(|sample| sample.output.clone()).collect();
        assert_close(&entry("output"), &output, &vectors.floats(&entry("output")), tolerance);
        let weights: Vec<E> = elements(&vectors, &entry("weights"));
        let (d_params, d_input) = gradients::<L, E>(&params, &input, &weights);
        assert_close(&entry("d_input"), &d_input, &vectors.floats(&entry("d_input")), tolerance);
        if L::NEEDS.params > 0 {
            let theirs = vectors.floats(&entry("d_params"));
            assert_close(&entry("d_params"), &d_params, &theirs, tolerance);
        }
        if L::NEEDS.stages > 1 {
            L::NEW.keep_linked_statistics(&samples[0].maps, samples.len(), &mut params);
            let theirs = vectors.floats(&entry("statistics"));
            let roundings = (step + 1) as f64 * OF_AVERAGES;
            assert_close(&entry("statistics"), &params, &theirs, roundings.max(tolerance));
        }
    }
    assert_eq!(params != first, L::NEEDS.stages > 1, "{name}");
    assert_eq!(batches > 1, L::NEEDS.stages > 1, "{name}");
}

/// The parameters after training; without running averages, those are the first ones.
fn trained_params<L: Linked>(name: &str) -> Vec<f32> {
    let entry = if L::NEEDS.stages > 1 { "eval/params" } else { "params" };
    elements(&Vectors::of(FILE), &format!("{name}/{entry}"))
}

/// The last batch in inference.
fn check_inference<L: Linked, E: Element + Into<f64>>(
    name: &str,
    params: &[f32],
    batches: usize,
    tolerance: f64,
) {
    let vectors = Vectors::of(FILE);
    let input: Vec<E> = elements(&vectors, &format!("{name}/{}/input", batches - 1));
    let mut output = Vec::new();
    for sample in input.chunks_exact(L::NEEDS.input) {
        let mut of_sample = vec![E::splat(f32::NAN); L::NEEDS.output];
        let scratch = &mut vec![E::splat(f32::NAN); L::NEEDS.infer.apart];
        let given = Given(Direct, sample);
        L::NEW.infer_linked(params, &given, scratch, &mut Apart(&mut of_sample));
        output.extend(of_sample);
    }
    let entry = if batches > 1 { "eval/output" } else { "0/output" };
    let entry = format!("{name}/{entry}");
    assert_close(&entry, &output, &vectors.floats(&entry), tolerance);
}

fn check<L: Linked>(name: &str, batches: usize) {
    check_training::<L, f64>(name, batches, F64);
    check_training::<L, f32>(name, batches, F32);
    let params = trained_params::<L>(name);
    check_inference::<L, f64>(name, &params, batches, F64);
    check_inference::<L, f32>(name, &params, batches, F32);
}

/// The same, and the network as a device runs it, whose parameters are stored in single precision
/// and so are off by some roundings, even where it computes in double precision.
fn check_network<N: Network>(name: &str, batches: usize) {
    check::<N::Layers>(name, batches);
    let params = trained_params::<N::Layers>(name);
    let mut folded = vec![f32::NAN; Deployed::<N>::PARAMS];
    fold::<N>(&params, &mut folded);
    assert_eq!(folded.len() < params.len(), N::Layers::NEEDS.stages > 1, "{name}");
    assert_eq!(<N::Deployed as Layer>::NEEDS.stages, 1);
    assert_eq!(OutputOf::<Deployed<N>>::LEN, N::OUTPUT_LEN);
    check_inference::<N::Deployed, f64>(name, &folded, batches, OF_FOLDED);
    check_inference::<N::Deployed, f32>(name, &folded, batches, F32);
}

/// A folded parameter carries the rounding of a sum, a root, a quotient and two products, at most
/// eight of 2^-24; layers in a row add theirs up, and a bias its difference's.
const OF_FOLDED: f64 = 32.0 / (1u64 << 24) as f64;

/// 2^-10, which the networks write in decimal digits.
const EPSILON: f32 = 0.000_976_562_5;

const fn norm(momentum: f32) -> LayerKind {
    LayerKind::BatchNorm(BatchNormOptions { epsilon: EPSILON, momentum })
}

// No network begins with a normalisation.
place!(OfMaps: norm(0.125), Dims::Map([3, 3, 4]));
place!(OfVectors: norm(0.25), Dims::Vector(5));

#[test]
#[cfg_attr(feature = "micromath", ignore = "its square root is an approximation")]
fn batch_normalisation() {
    check::<BatchNorm<OfMaps>>("norm_of_maps", 3);
    check::<BatchNorm<OfVectors>>("norm_of_vectors", 3);
}

network! {
    Normalised: 1 x 8 x 8 {
        Conv2d { out: 3, kernel: 3 }, BatchNorm { epsilon: 0.0009765625, momentum: 0.125 }, Relu,
        MaxPool2d { size: 2 },
        Dense { out: 6 }, BatchNorm { epsilon: 0.0009765625, momentum: 0.25 },
        Dense { out: 4 },
    }
}

network! {
    Separable: 3 x 7 x 6 {
        DepthwiseConv2d { kernel: 3, stride: 2, padding: 1 },
        BatchNorm { epsilon: 0.0009765625, momentum: 0.125 }, Tanh,
        PointwiseConv2d { out: 4 }, BatchNorm { epsilon: 0.0009765625, momentum: 0.125 },
    }
}

network! {
    Blocks: 2 x 5 x 4 {
        Conv2d { out: 3, kernel: 3, padding: 1 },
        BatchNorm { epsilon: 0.0009765625, momentum: 0.125 }, Relu,
        Residual {
            Conv2d { out: 3, kernel: 3, padding: same },
            BatchNorm { epsilon: 0.0009765625, momentum: 0.125 }, Relu,
            Conv2d { out: 3, kernel: 3, padding: same },
            BatchNorm { epsilon: 0.0009765625, momentum: 0.125 },
        }, Relu,
        GlobalAvgPool2d,
        Dense { out: 4 },
        Softmax,
    }
}

#[test]
#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
fn networks_with_batch_normalisation() {
    check_network::<Normalised>("normalised", 3);
    check_network::<Separable>("separable", 2);
    check_network::<Blocks>("residual", 2);
}

network! {
    Clipped: 2 x 4 x 5 {
        Conv2d { out: 3, kernel: 2 }, Clip { low: -0.75, high: 0.5 },
        Dense { out: 4 }, Clip { low: 0.0, high: 6.0 },
    }
}

#[test]
fn clip() {
    check_network::<Clipped>("clip", 1);
}

network! { Scaled: 3 x 4 x 5 { Scale, Conv2d { out: 2, kernel: 3 }, Relu, Scale, Dense { out: 4 }, Scale } }

#[test]
fn scale() {
    check_network::<Scaled>("scale", 1);
}

network! { Depthwise: 4 x 5 x 4 { DepthwiseConv2d { kernel: (3, 2) } } }
network! { Pointwise: 3 x 5 x 4 { PointwiseConv2d { out: 5, stride: 2 } } }

#[test]
fn depthwise_and_pointwise_convolution() {
    check_network::<Depthwise>("depthwise", 1);
    check_network::<Pointwise>("pointwise", 1);
}

network! {
    Signals: 2 x 12 {
        Conv1d { out: 3, kernel: 3, padding: 1 }, Tanh,
        MaxPool1d { size: 3, stride: 1 },
        Conv1d { out: 4, kernel: 2, stride: 2 }, Sigmoid,
        AvgPool1d { size: 2, stride: 1 },
    }
}
network! { MaxOfSignals: 2 x 9 { MaxPool1d { size: 3, stride: 1 } } }
network! { MeanOfSignals: 2 x 9 { AvgPool1d { size: 4, stride: 1 } } }
network! { MeanOfMaps: 2 x 7 x 5 { AvgPool2d { size: (3, 2), stride: (2, 1) } } }

#[test]
#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
fn signals_and_overlapping_windows() {
    check_network::<Signals>("signals", 1);
    check_network::<MaxOfSignals>("max_of_signals", 1);
    check_network::<MeanOfSignals>("mean_of_signals", 1);
    check_network::<MeanOfMaps>("mean_of_maps", 1);
}

network! {
    Block: 2 x 4 x 5 { Residual { Conv2d { out: 2, kernel: 3, padding: same }, Tanh } }
}

network! { Probabilities: 1 x 1 x 7 { Softmax } }

#[test]
#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
fn residual_block_and_softmax() {
    check_network::<Block>("block_without_norm", 1);
    check_network::<Probabilities>("softmax", 1);
}

network! {
    GapsAndGroups: 4 x 7 x 6 {
        Conv2d { out: 6, kernel: 3, padding: 2, dilation: 2, groups: 2 }, Elu,
        DepthwiseConv2d { kernel: (2, 3), stride: 2, multiplier: 2 }, HardSwish,
        PointwiseConv2d { out: 4, groups: 4 }, Elu { alpha: 0.5 },
    }
}
network! { Causal: 2 x 9 { Conv1d { out: 3, kernel: 3, dilation: 2, padding: causal }, Silu } }

#[test]
#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
fn gaps_groups_and_curves() {
    check_network::<GapsAndGroups>("gaps_and_groups", 1);
    check_network::<Causal>("causal", 1);
}

network! {
    PaddedPools: 2 x 7 x 6 {
        MaxPool2d { size: 3, stride: 2, padding: 1 },
        PointwiseConv2d { out: 3 }, PRelu,
        AvgPool2d { size: 3, stride: 1, padding: 1, counts_padding: true },
        AvgPool2d { size: 2, padding: 1 },
    }
}

#[test]
fn pools_with_padding() {
    check_network::<PaddedPools>("padded_pools", 1);
}

network! {
    Projected: 2 x 5 x 4 {
        Conv2d { out: 3, kernel: 3, padding: 1 },
        BatchNorm { epsilon: 0.0009765625, momentum: 0.125 }, Relu,
        Residual {
            Conv2d { out: 4, kernel: 3, stride: 2, padding: 1 },
            BatchNorm { epsilon: 0.0009765625, momentum: 0.125 }, Relu,
            Conv2d { out: 4, kernel: 3, padding: 1 },
            BatchNorm { epsilon: 0.0009765625, momentum: 0.125 },
            Branch {
                PointwiseConv2d { out: 4, stride: 2 },
                BatchNorm { epsilon: 0.0009765625, momentum: 0.125 },
            },
        }, Relu,
        Dense { out: 3 },
    }
}
// The normalisations have no layer to be folded into.
network! {
    Concatenated: 2 x 5 x 4 {
        Concat {
            PointwiseConv2d { out: 3 }, Relu,
            Branch { Conv2d { out: 2, kernel: 3, padding: 1 }, Sigmoid },
        },
        BatchNorm { epsilon: 0.0009765625, momentum: 0.125 },
        Concat { Branch { Conv2d { out: 1, kernel: 3, padding: 1 }, Tanh } },
        BatchNorm { epsilon: 0.0009765625, momentum: 0.125 },
        Dense { out: 3 },
    }
}

#[test]
#[cfg_attr(feature = "micromath", ignore = "its exponential is an approximation")]
fn branches() {
    check_network::<Projected>("projected", 2);
    check_network::<Concatenated>("concatenated", 2);
}
