//! Networks that are values and compiled networks give the same bits, for `f32` and in lanes, in inference
//! and in training.

use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::time::Duration;

use host_tools::bench::measure_network;
use host_tools::data::{
    AugmentScratch, Augmentation, Dataset, Samples, Split, SplitSamples, bundled_mnist_dir,
};
use host_tools::interpret::{InterpretError, Interpreter};
use host_tools::lanes::{LANES, Lanes};
use host_tools::model::{Interpreted, MODELS, Model, train as train_model};
use host_tools::training::{
    AnyNetwork, Evaluation, LossKind, TrainOptions, Trained, Typed, evaluate_network, train_network,
};
use proptest::prelude::*;
use tinyconv::model_file::{self, ModelFile};
use tinyconv::plan::{Dims, LayerKind, LayerSpec, PoolOptions, Role, Walk};
use tinyconv::{Element, Init, InputOf, Network, OutputOf, Purpose, Random, Shape};

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

mod pools {
    tinyconv::network! {
        /// Pools that are computed with the layer before them, and such as cannot be, in and around residual
        /// blocks that keep their output and such as do not.
        pub Pools: 2 x 14 x 12 {
            Conv2d { out: 4, kernel: 3, padding: same }, BatchNorm, Tanh, MaxPool2d { size: 2 },
            Residual {
                Conv2d { out: 4, kernel: 3, padding: same }, BatchNorm, Relu, Dropout { keep: 0.75 },
                Residual { DepthwiseConv2d { kernel: 3, padding: 1 }, LeakyRelu },
                PointwiseConv2d { out: 4 }, BatchNorm, Sigmoid, MaxPool2d { size: 1 },
            },
            Residual { PointwiseConv2d { out: 4 }, Relu, MaxPool2d { size: 1 } }, Tanh,
            Conv2d { out: 3, kernel: 2 }, Sigmoid, MaxPool2d { size: 2, stride: 1 },
            Identity, Dropout { keep: 0.5 },
            Dense { out: 6 }, BatchNorm, Relu, Dense { out: 3 },
        }
    }
}

use networks::{Paddings, Residuals, Signal};
use pools::Pools;

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
    for place in Walk::new(N::INPUT, N::LAYERS) {
        let mut first = place.first_param;
        for tensor in place.facts.tensors.as_slice() {
            if tensor.role == Role::RunningVariance {
                for variance in &mut params[first..first + tensor.len()] {
                    *variance = variance.abs() + 0.01;
                }
            }
            first += tensor.len();
        }
    }
    params
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

fn lanes_bits(elements: &[Lanes]) -> Vec<u32> {
    elements.iter().flat_map(|lanes| lanes.to_array()).map(f32::to_bits).collect()
}

/// In lanes.
#[track_caller]
fn same_bits_in_lanes(typed: &dyn AnyNetwork, params: &[f32], seed: u64) {
    let value = Interpreter::new(typed.input(), &typed.layers()).unwrap();
    let needs = typed.needs();
    assert_eq!(value.needs(), needs);
    let mut input = vec![Lanes::ZERO; needs.input];
    Lanes::transpose(&numbers(needs.input * LANES, seed), &mut input);
    let [expected, output] = [typed, &value].map(|network| {
        let mut output = vec![Lanes::ZERO; needs.output];
        network.infer(params, &input, &mut vec![Lanes::ZERO; needs.infer.apart], &mut output);
        lanes_bits(&output)
    });
    assert_eq!(output, expected);
}

/// Sample by sample: all layers, and one by one.
#[track_caller]
fn same_bits<N: Network>(params: &[f32], seed: u64) {
    let input = numbers(N::INPUT_LEN, seed);
    let mut scratch = vec![0.0; N::INFER_SCRATCH];
    let mut expected = vec![0.0; N::OUTPUT_LEN];
    let output = OutputOf::<N>::view_mut(&mut expected);
    N::infer(params, InputOf::<N>::view(&input), &mut scratch, output);
    let value = Interpreter::new(N::INPUT, N::LAYERS).unwrap();
    let by_layer = value.run_each(params, &input, |_, _| {});
    assert_eq!(bits(&value.run(params, &input)), bits(&expected), "{}", N::NAME);
    assert_eq!(bits(&by_layer), bits(&expected), "{}, layer by layer", N::NAME);
}

#[track_caller]
fn same_bits_for_any<N: Network>(seed: u64) {
    let params = parameters::<N>(seed);
    same_bits::<N>(&params, seed + 1);
    same_bits_in_lanes(&Typed::<N>::NEW, &params, seed + 1);
}

#[test]
fn networks_of_the_tool_before_training() {
    for model in MODELS {
        let mut params = vec![0.0; model.parameters()];
        model.network().init(Init::HeUniform, 3, &mut params);
        same_bits_in_lanes(model.network(), &params, 5);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn networks_with_any_parameters(seed in 0..u64::MAX - 1) {
        same_bits_for_any::<Residuals>(seed);
        same_bits_for_any::<Paddings>(seed);
        same_bits_for_any::<Signal>(seed);
        same_bits_for_any::<Pools>(seed);
    }
}

#[test]
fn an_evaluation_is_that_of_the_type() {
    let (tiny, split) = (MODELS[1], images(37));
    let samples = SplitSamples::plain(&split, tiny.recipe().normalisation);
    let mut params = vec![0.0; tiny.parameters()];
    tiny.network().init(Init::HeUniform, 1, &mut params);
    let value = Interpreter::new(tiny.input(), &tiny.layers()).unwrap();
    let [typed, interpreted] = [tiny.network(), &value].map(|network| {
        let mut seen = Vec::new();
        let loss = LossKind::default();
        let evaluation =
            evaluate_network(network, &params, &samples, loss, &mut |index, outputs| {
                seen.push((index, bits(outputs)));
            });
        (evaluation, seen)
    });
    assert_eq!((interpreted.0.samples(), interpreted.1.len()), (37, 37));
    assert_eq!(interpreted, typed);
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
    let pool = LayerKind::MaxPool2d(PoolOptions { size: [2, 2], ..PoolOptions::NEW });
    let error = refused(Dims::Map([1, 1, 4]), &[spec(pool)]).to_string();
    assert!(error.contains("`p` (MaxPool2d)") && error.contains("1 x 1 x 4"), "{error}");
    let error = refused(Dims::Vector(1), &[spec(LayerKind::Add)]).to_string();
    assert!(error.contains("a begin (Skip) and an end (Add or Concat)"), "{error}");
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

/// As many random samples as it says, of each class in turn.
struct Noise<N>(usize, PhantomData<N>);

impl<N: Network> Samples for Noise<N> {
    fn len(&self) -> usize {
        self.0
    }

    fn input_len(&self) -> usize {
        N::INPUT_LEN
    }

    fn label(&self, index: u32) -> u16 {
        (index as usize % N::OUTPUT_LEN) as u16
    }

    fn write(&self, index: u32, _: Option<u32>, _: &mut AugmentScratch, input: &mut [f32]) {
        let random = Random::new(4, Purpose::Synthesise);
        for (at, x) in input.iter_mut().enumerate() {
            let of_class = at % N::OUTPUT_LEN == usize::from(self.label(index));
            let [noise, ..] = random.uniforms(0, index, at as u32);
            *x = noise - if of_class { 0.0 } else { 0.5 };
        }
    }
}

fn options(threads: usize) -> TrainOptions {
    TrainOptions { epochs: 3, threads, augmentation: Augmentation::NONE, ..MODELS[0].recipe() }
}

fn bits_of(trained: &Trained) -> (Vec<u32>, &Evaluation) {
    (bits(&trained.parameters), &trained.test)
}

#[track_caller]
fn trains_alike_with(
    typed: &dyn AnyNetwork,
    samples: &dyn Samples,
    options: impl Fn(usize) -> TrainOptions,
) {
    let train = |network, threads| {
        let quiet = &mut |_| ControlFlow::Continue(());
        train_network(network, samples, samples, &options(threads), quiet).unwrap()
    };
    let value = Interpreter::new(typed.input(), &typed.layers()).unwrap();
    let trained = train(typed, 1);
    let mut before = vec![0.0; typed.needs().params];
    typed.init(options(1).init, options(1).seed, &mut before);
    let moved = trained.parameters.iter().zip(&before).filter(|(a, b)| a != b).count();
    assert!(2 * moved > before.len(), "only {moved} parameters are trained");
    for threads in [1, 2] {
        assert!(bits_of(&train(&value, threads)) == bits_of(&trained), "{threads} threads");
    }
}

#[track_caller]
fn trains_alike<N: Network>() {
    // Neither the last batch nor its last group is full.
    trains_alike_with(&Typed::<N>::NEW, &Noise::<N>(75, PhantomData), options);
}

/// The first of the bundled images.
fn images(count: usize) -> Split {
    let test = Dataset::open_test(&bundled_mnist_dir(), 10).unwrap();
    test.select(0..count)
}

#[test]
fn networks_of_the_tool_train_alike() {
    let split = images(250);
    let [digits, lenet] = [MODELS[0], MODELS[4]];
    assert_eq!([digits.name(), lenet.name()], ["digits", "lenet"]);
    for model in [digits, lenet] {
        let recipe = |threads| TrainOptions { epochs: 3, threads, ..model.recipe() };
        let split = split.bordered(model.border());
        let TrainOptions { normalisation, augmentation, seed, .. } = recipe(1);
        let samples = SplitSamples { split: &split, normalisation, augmentation, seed };
        trains_alike_with(model.network(), &samples, recipe);
    }
}

#[test]
fn networks_with_residual_blocks_norms_dropout_and_pools_train_alike() {
    trains_alike::<Residuals>();
    trains_alike::<Pools>();
}

#[test]
fn networks_with_any_padding_and_of_one_dimension_train_alike() {
    trains_alike::<Paddings>();
    trains_alike::<Signal>();
}

#[test]
fn a_network_of_which_there_is_only_a_file_trains_and_is_measured() {
    let normalisation = MODELS[1].recipe().normalisation;
    let training = model_file::Training {
        epochs: 0,
        batch: 0,
        seed: 0,
        learning_rate: 0.0,
        test_accuracy: 0.0,
    };
    let (tiny, parameters) = (MODELS[1], vec![0; 4 * MODELS[1].parameters()]);
    let file = ModelFile::new(
        "tiny",
        tiny.input(),
        &tiny.layers(),
        normalisation,
        &tiny.labels(),
        training,
        &parameters,
    )
    .unwrap();
    let model = Interpreted::new(&file).unwrap();
    let split = images(100);
    let dataset = Dataset { train: split.clone(), test: split, classes: 10 };
    let options = TrainOptions { epochs: 2, threads: 2, ..tiny.recipe() };
    let train = |model: &dyn Model| {
        train_model(model, &dataset, &options, &mut |_| ControlFlow::Continue(())).unwrap()
    };
    assert!(bits_of(&train(&model)) == bits_of(&train(tiny)));
    let options = TrainOptions { threads: 1, ..options };
    let time = Duration::from_millis(10);
    let speeds = measure_network(model.network(), &dataset, &options, 1, time, &mut || ()).unwrap();
    assert!(speeds.train_images_per_s > 0.0 && speeds.infer_images_per_s > 0.0);
}
