//! The interpreter and the compiled network give the same bits, for `f32` and in lanes.

use proptest::prelude::*;
use tinyconv::plan::{Dims, LayerKind, LayerSpec, PoolOptions};
use tinyconv::{Deployed, Element, Init, InputOf, Network, OutputOf, Shape};

use super::{InterpretError, Interpreter, evaluate};
use crate::data::{ImageSamples, Images, Split};
use crate::lanes::{LANES, Lanes};
use crate::model::MODELS;
use crate::networks::{Digits, DigitsDense, DigitsTiny, LeNet, Linear};
use crate::training::{LossKind, evaluate_each};

mod networks {
    tinyconv::network! {
        pub Residuals: 2 x 7 x 6 {
            stem: Conv2d { out: 3, kernel: 3, padding: same }, BatchNorm { epsilon: 0.01 }, LeakyRelu,
            Residual {
                DepthwiseConv2d { kernel: 3, padding: 1 }, BatchNorm, Relu,
                Residual { PointwiseConv2d { out: 3 }, Tanh },
                Conv2d { out: 3, kernel: (1, 3), padding: (0, 1) },
            },
            Relu,
            AvgPool2d { size: 2, stride: 1 },
            Conv2d { out: 5, kernel: 2, stride: 2 }, BatchNorm, Sigmoid, MaxPool2d { size: (2, 1) },
            GlobalAvgPool2d,
            Dense { out: 4 }, Dropout { keep: 0.5 }, Residual { Dense { out: 4 }, BatchNorm },
            Softmax,
        }
    }

    tinyconv::network! {
        pub Paddings: 3 x 6 x 9 {
            Conv2d { out: 2, kernel: 4, stride: (2, 3), padding: same }, Tanh,
            Conv2d { out: 4, kernel: (2, 3), padding: full }, LeakyRelu { slope: 0.25 },
            MaxPool2d { size: 3, stride: (1, 2) },
            DepthwiseConv2d { kernel: (3, 2), stride: 2, padding: same }, Identity,
            Flatten, Sigmoid,
            Dense { out: 21 }, Relu, Tanh,
            Dense { out: 3 },
        }
    }

    tinyconv::network! {
        pub Signal: 2 x 33 {
            Conv1d { out: 4, kernel: 5, stride: 2, padding: 2 }, Relu, MaxPool1d { size: 2 },
            Residual { Conv1d { out: 4, kernel: 3, padding: same }, BatchNorm, Relu },
            AvgPool1d { size: 3, stride: 2 },
            Dense { out: 7 },
        }
    }
}

use networks::{Paddings, Residuals, Signal};

/// Numbers of many sizes, both zeros among them; none of them overflows in any of the networks.
fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let random = tinyconv::Random::new(seed, tinyconv::Purpose::Synthesise);
    let number = |index: usize| {
        let [a, b, c, _] = random.uniforms(0, 0, index as u32);
        let size = if b < 0.125 { (-c * 120.0).exp2() } else { 1.0 };
        if b > 0.875 { (a - 0.5) * 0.0 } else { (2.0 * a - 1.0) * size }
    };
    (0..count).map(number).collect()
}

/// Parameters as training could leave them, which means variances above zero.
fn parameters<N: Network>(seed: u64) -> Vec<f32> {
    let mut params = numbers(N::PARAMS, seed);
    let (mut dims, mut first) = (N::INPUT, 0);
    for layer in N::LAYERS {
        let count = layer.kind.params(dims);
        if let LayerKind::BatchNorm(_) = layer.kind {
            for variance in &mut params[first + count / 4 * 3..][..count / 4] {
                *variance = variance.abs() + 0.01;
            }
        }
        first += count;
        dims = layer.output(dims).unwrap();
    }
    params
}

#[track_caller]
fn same_bits<N: Network, E: Element>(params: &[f32], input: &[E], bits: impl Fn(E) -> Vec<u32>) {
    let mut scratch = vec![E::ZERO; N::INFER_SCRATCH];
    let mut expected = vec![E::ZERO; N::OUTPUT_LEN];
    let output = OutputOf::<N>::view_mut(&mut expected);
    N::infer(params, InputOf::<N>::view(input), &mut scratch, output);
    let interpreter = Interpreter::new(N::INPUT, N::LAYERS).unwrap();
    assert_eq!((interpreter.output(), interpreter.parameters()), (N::OUTPUT, N::PARAMS));
    let output = interpreter.run(params, input);
    assert_eq!(output.len(), expected.len());
    for (index, (ours, typed)) in output.into_iter().zip(expected).enumerate() {
        assert_eq!(bits(ours), bits(typed), "{} output {index}: {ours:?} {typed:?}", N::NAME);
    }
}

#[track_caller]
fn same_bits_with<N: Network>(params: &[f32], seed: u64) {
    let bits = |x: f32| vec![x.to_bits()];
    same_bits::<N, f32>(params, &numbers(N::INPUT_LEN, seed), bits);
    let rows = numbers(N::INPUT_LEN * LANES, seed);
    let mut lanes = vec![Lanes::ZERO; N::INPUT_LEN];
    Lanes::transpose(&rows, &mut lanes);
    same_bits::<N, Lanes>(params, &lanes, |x| x.to_array().map(f32::to_bits).to_vec());
}

#[track_caller]
fn same_bits_for_any<N: Network>(seed: u64) {
    same_bits_with::<N>(&parameters::<N>(seed), seed + 1);
}

#[test]
fn networks_of_the_tool_before_training() {
    fn check<N: Network>() {
        let mut params = vec![0.0; N::PARAMS];
        N::init(Init::HeUniform, 3, &mut params);
        same_bits_with::<N>(&params, 5);
    }
    check::<Digits>();
    check::<DigitsTiny>();
    check::<DigitsDense>();
    check::<LeNet>();
    check::<Linear>();
    check::<Deployed<LeNet>>();
    assert_eq!(MODELS[0].parameters(), Digits::PARAMS);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn networks_with_any_parameters(seed in 0..u64::MAX - 1) {
        same_bits_for_any::<Residuals>(seed);
        same_bits_for_any::<Deployed<Residuals>>(seed);
        same_bits_for_any::<Paddings>(seed);
        same_bits_for_any::<Signal>(seed);
        same_bits_for_any::<DigitsTiny>(seed);
        same_bits_for_any::<Deployed<LeNet>>(seed);
    }
}

#[test]
fn an_evaluation_is_that_of_the_type() {
    let pixels: Vec<u8> =
        (0..37 * 784).map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let labels = (0..37).map(|i| i % 10).collect();
    let split = Split { images: Images { channels: 1, rows: 28, columns: 28, pixels }, labels };
    let normalisation = MODELS[0].recipe().normalisation;
    let samples = ImageSamples::plain(&split, normalisation);
    let mut params = vec![0.0; DigitsTiny::PARAMS];
    <DigitsTiny as Network>::init(Init::HeUniform, 1, &mut params);
    let network = Interpreter::new(DigitsTiny::INPUT, DigitsTiny::LAYERS).unwrap();
    let loss = LossKind::default();
    let (mut seen, mut expected) = (Vec::new(), Vec::new());
    let interpreted = evaluate(&network, &params, &samples, loss, &mut |index, outputs| {
        seen.push((index, outputs.to_vec()));
    });
    let typed = evaluate_each::<DigitsTiny>(&params, &samples, loss, &mut |index, outputs| {
        expected.push((index, outputs.to_vec()));
    });
    assert_eq!((interpreted.samples(), seen.len()), (37, 37));
    assert_eq!((interpreted, seen), (typed, expected));
}

#[test]
fn every_layer_is_seen() {
    let interpreter = Interpreter::new(Signal::INPUT, Signal::LAYERS).unwrap();
    let mut lengths = Vec::new();
    let params = parameters::<Signal>(1);
    let input = numbers(Signal::INPUT_LEN, 2);
    let output = interpreter.run_each(&params, &input, |index, map| {
        assert_eq!(index, lengths.len());
        lengths.push(map.len());
    });
    // Convolution and activation, pool, begin of the block, its three layers, its end, pool, dense.
    assert_eq!(lengths, [68, 68, 32, 32, 32, 32, 32, 32, 12, 7]);
    assert_eq!(output.len(), 7);
}

#[test]
fn layers_that_do_not_fit_are_refused() {
    let spec = |kind| LayerSpec { name: "p", kind };
    let refused = |input, layers: &[LayerSpec<'_>]| Interpreter::new(input, layers).unwrap_err();
    assert_eq!(refused(Dims::Vector(3), &[]), InterpretError::Empty);
    let pool = LayerKind::MaxPool2d(PoolOptions { size: [2, 2], stride: None });
    let error = refused(Dims::Map([1, 1, 4]), &[spec(pool)]).to_string();
    assert!(error.contains("`p` (MaxPool2d)") && error.contains("1 x 1 x 4"), "{error}");
    let error = refused(Dims::Vector(1), &[spec(LayerKind::Add)]).to_string();
    assert!(error.contains("residual block"), "{error}");
}

#[test]
fn work_without_end_is_refused() {
    use tinyconv::plan::{DepthwiseConv2dOptions, PaddingOption};
    let padded = |zeros, kernel| {
        LayerKind::DepthwiseConv2d(DepthwiseConv2dOptions {
            kernel: [kernel, kernel],
            padding: PaddingOption::Zeros([zeros, zeros]),
            ..DepthwiseConv2dOptions::NEW
        })
    };
    let refused =
        |input, kind| Interpreter::new(input, &[LayerSpec { name: "", kind }]).unwrap_err();
    let error = refused(Dims::Map([1, 2, 2]), padded(1 << 20, 1));
    assert!(matches!(error, InterpretError::TooLarge { index: 0, .. }), "{error}");
    let error = refused(Dims::Map([1, 1024, 1024]), padded(50, 101));
    assert!(matches!(error, InterpretError::TooSlow { .. }), "{error}");
    let error = refused(Dims::Map([1, 1 << 20, 1 << 20]), LayerKind::Relu);
    assert!(matches!(error, InterpretError::TooLarge { .. }), "{error}");
}
