//! Layers whose samples depend on each other: the gradients over a whole batch, stage by stage.

use tinyconv::layers::{
    Activated, BatchNorm, BatchNormMaxPool2d, Chain, Conv2d, Linked, MaxPool2d,
};
use tinyconv::plan::{BatchNormOptions, Conv2dOptions, Dims, LayerKind, PoolOptions};
use tinyconv::{
    Activation, Direct, DropoutKey, Fixed, Identity, Layer, Network, Purpose, Random, Relu,
    Sigmoid, Tanh, Tape, network,
};

use super::numeric::{compare, differences, output, values};
use super::places::place;
use super::stages::{Sample, forward, gradients};

/// Samples of the batch.
const SAMPLES: usize = 5;

fn check<L: Linked>() {
    let mut params = values(90, L::NEEDS.params);
    let inputs = values(91, SAMPLES * L::NEEDS.input);
    let mut inputs: Vec<f64> = inputs.into_iter().map(f64::from).collect();
    let weights = values(92, SAMPLES * L::NEEDS.output);
    let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
    let sum = |params: &[f32], inputs: &[f64]| {
        let outputs =
            forward::<L, f64>(params, inputs).into_iter().flat_map(|sample| sample.output);
        outputs.zip(&weights).map(|(y, weight)| y * weight).sum()
    };
    let (by_params, by_inputs) =
        differences(&mut params, &mut inputs, sum).expect("smooth everywhere");
    let (d_params, d_inputs) = gradients::<L, f64>(&params, &inputs, &weights);
    assert!(d_params.iter().any(|d| d.abs() > 1e-3));
    compare(&d_params, &by_params).unwrap();
    compare(&d_inputs, &by_inputs).unwrap();
}

network! {
    Convolutions: 2 x 5 x 6 {
        Conv2d { out: 3, kernel: 2 }, BatchNorm, Tanh,
        Conv2d { out: 2, kernel: 3, padding: same }, BatchNorm { epsilon: 0.1 },
        AvgPool2d { size: 2 },
        DepthwiseConv2d { kernel: 2 }, BatchNorm, Sigmoid,
    }
}

network! {
    DenseLayers: 1 x 2 x 3 {
        Dense { out: 6 }, BatchNorm, Sigmoid, Dropout { keep: 0.7 },
        Dense { out: 5 }, BatchNorm,
        Dense { out: 3 },
    }
}

network! {
    Blocks: 2 x 8 {
        Residual { Conv1d { out: 2, kernel: 3, padding: same }, BatchNorm, Tanh }, Sigmoid,
        Conv1d { out: 3, kernel: 1 }, BatchNorm,
        Residual {
            Residual { Conv1d { out: 3, kernel: 3, padding: same }, BatchNorm }, Tanh,
            Dropout { keep: 0.5 },
            PointwiseConv2d { out: 3 }, BatchNorm,
        },
        Dropout { keep: 0.8 },
        Softmax,
    }
}

#[test]
fn batch_normalisation_by_the_statistics_of_the_batch() {
    check::<<Convolutions as Network>::Layers>();
    check::<<DenseLayers as Network>::Layers>();
}

#[test]
fn residual_blocks_with_batch_normalisation_and_dropout() {
    check::<<Blocks as Network>::Layers>();
}

const CONV: Conv2dOptions = Conv2dOptions { out: 3, kernel: [2, 2], ..Conv2dOptions::NEW };
const NORM: BatchNormOptions = BatchNormOptions { epsilon: 2.0, momentum: 0.1 };
// The last row and the last column fill no window.
const POOL: PoolOptions = PoolOptions { size: [2, 2], ..PoolOptions::NEW };

place!(AtConv: LayerKind::Conv2d(CONV), Dims::Map([1, 6, 8]));
place!(AtNorm: LayerKind::BatchNorm(NORM), Dims::Map([3, 5, 7]));
place!(AtPool: LayerKind::MaxPool2d(POOL), Dims::Map([3, 5, 7]));

type Norm = BatchNorm<AtNorm>;
type Pool = MaxPool2d<AtPool>;
type Fused<A> = BatchNormMaxPool2d<AtNorm, A, AtPool>;
type Apart<A> = Chain<Activated<Norm, A>, Pool>;

#[test]
fn normalised_and_pooled_at_once() {
    check::<Fused<Tanh>>();
    check::<Fused<Sigmoid>>();
    check::<Chain<Conv2d<AtConv>, Fused<Tanh>>>();
}

/// Over a batch and by given statistics, with the cells of a window that tie and those that a ReLU
/// clamps.
#[test]
fn normalised_and_pooled_at_once_or_one_after_the_other_are_the_same_bits() {
    fn bits(values: &[f32]) -> Vec<u32> {
        values.iter().map(|value| value.to_bits()).collect()
    }
    fn same<A: Activation + Fixed>() {
        let params = values(70, Norm::NEEDS.params);
        // Quarters, so that cells tie.
        let inputs: Vec<f32> = values(71, SAMPLES * Norm::NEEDS.input)
            .into_iter()
            .map(|x| (4.0 * x).round() / 4.0)
            .collect();
        let weights = values(72, SAMPLES * Pool::NEEDS.output);
        let outputs = |samples: Vec<Sample<f32>>| {
            samples.into_iter().flat_map(|sample| sample.output).collect::<Vec<_>>()
        };
        let fused = outputs(forward::<Fused<A>, f32>(&params, &inputs));
        assert_eq!(bits(&fused), bits(&outputs(forward::<Apart<A>, f32>(&params, &inputs))));
        let (d_params, d_inputs) = gradients::<Fused<A>, f32>(&params, &inputs, &weights);
        let apart = gradients::<Apart<A>, f32>(&params, &inputs, &weights);
        assert_eq!(bits(&d_params), bits(&apart.0));
        assert_eq!(bits(&d_inputs), bits(&apart.1));

        let input: Vec<f64> = inputs[..Norm::NEEDS.input].iter().map(|&x| x.into()).collect();
        assert_eq!(output::<Fused<A>>(&params, &input), output::<Apart<A>>(&params, &input));
    }
    same::<Relu>();
    same::<Tanh>();
    same::<Identity>();
}

/// The numbers of one channel become normal; the running averages follow them.
#[test]
fn statistics_of_a_batch() {
    network! { Net: 1 x 1 x 1 { Dense { out: 1 }, BatchNorm { momentum: 0.25 } } }
    let mut params = [1.0, 0.0, 2.0, 0.5, 8.0, 4.0];
    let inputs = [1.0, 2.0, 3.0, 4.0, 5.0];
    let samples = forward::<<Net as Network>::Layers, f64>(&params, &inputs);
    let scale = 2.0 / (2.0 + 1e-5f64).sqrt();
    for (sample, x) in samples.iter().zip(inputs) {
        assert!((sample.output[0] - (0.5 + (x - 3.0) * scale)).abs() < 1e-6);
    }
    let layers = <Net as Network>::Layers::NEW;
    layers.keep_linked_statistics(&samples[0].maps, SAMPLES, &mut params);
    // The mean 3, and the variance 2 as it is estimated from 5 values.
    assert_eq!(params[4..], [0.75 * 8.0 + 0.25 * 3.0, 0.75 * 4.0 + 0.25 * 2.5]);
}

/// Every element is dropped in its share of the samples, and by itself.
#[test]
fn masks_of_dropout() {
    network! { Twice: 1 x 1 x 16 { Dropout { keep: 0.75 }, Dropout { keep: 0.75 }, Identity } }
    type L = <Twice as Network>::Layers;
    const COUNT: u32 = 4000;
    let random = Random::new(1, Purpose::Dropout);
    let mut kept = [[0u32; 2]; 16];
    let mut together = 0;
    for sample in 0..COUNT {
        let mut maps = [0.0; L::NEEDS.tape];
        let mut output = [0.0f32; 16];
        let key = Some(DropoutKey { random, step: 1, samples: &[sample], first: 0 });
        let tape = Tape { maps: &mut maps, choices: &mut [], key };
        L::NEW.forward_linked(None, &[], Direct, &[1.0; 16], tape, &mut output);
        for (index, kept) in kept.iter_mut().enumerate() {
            kept[0] += u32::from(maps[index] > 0.0);
            kept[1] += u32::from(maps[32 + index] > 0.0);
        }
        together += u32::from(maps[3] > 0.0 && maps[4] > 0.0);
    }
    // Five standard deviations: sqrt(4000 * 0.75 * 0.25) is 27.4.
    for count in kept.as_flattened() {
        assert!(count.abs_diff(3000) < 137, "{kept:?}");
    }
    assert!(together.abs_diff(2250) < 157, "{together}");
}
