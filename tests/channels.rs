//! A network that reads bytes by a table for each channel computes what it computes from the numbers that these bytes
//! stand for, bit for bit, whatever its first layer is: outputs, gradients, and steps of a trainer.

use tinyconv::layers::{Activated, AnyActivation, AnyLayer, Apart, BatchNorm, Linked, Staged};
use tinyconv::layers::{BatchNormMaxPool2d, Given};
use tinyconv::optim::Adam;
use tinyconv::plan::{BatchNormOptions, BlockKind, Dims, LayerKind, Needs, Plan, Window};
use tinyconv::tuning::{All, MiniBatch, Part, PerSample, checksum};
use tinyconv::{
    Accumulate, BatchStage, ChannelBytes, Direct, DropoutKey, Init, Network, Purpose, Random, Relu,
    Saved, Source, Tape, network,
};

const MEANS: [f32; 3] = [123.675, 116.28, 103.53];
const DEVIATIONS: [f32; 3] = [58.395, 57.12, 57.375];
static TABLES: [[f32; 256]; 3] = ChannelBytes::tables(MEANS, DEVIATIONS);
const SOURCE: ChannelBytes<'static, 3> = ChannelBytes::new(&TABLES);

/// An input's bytes.
fn bytes(stream: u32, count: usize) -> Vec<u8> {
    let random = Random::new(5, Purpose::Synthesise);
    (0..count as u32).map(|index| random.below(256, 0, stream, index) as u8).collect()
}

/// What they stand for, channel by channel.
fn normalised(bytes: &[u8]) -> Vec<f32> {
    let planes = bytes.chunks_exact(bytes.len() / 3).zip(MEANS.iter().zip(DEVIATIONS));
    planes
        .flat_map(|(plane, (mean, deviation))| {
            plane.iter().map(move |&byte| (f32::from(byte) - mean) / deviation)
        })
        .collect()
}

/// Small numbers of either sign.
fn values(stream: u32, count: usize) -> Vec<f32> {
    let random = Random::new(6, Purpose::Synthesise);
    let draw = |index| random.below(2001, 0, stream, index) as f32 / 1000.0 - 1.0;
    (0..count as u32).map(draw).collect()
}

fn bits(numbers: Vec<f32>) -> Vec<u32> {
    assert!(numbers.iter().all(|number| number.is_finite()));
    numbers.into_iter().map(f32::to_bits).collect()
}

/// Output, inference's output, and gradients of the parameters and the input, in one list.
fn passes<L: Linked, S: Source<f32>>(source: S, input: &[S::Raw], params: &[f32]) -> Vec<u32> {
    let needs = L::NEEDS;
    let mut inferred = vec![f32::NAN; needs.output];
    let scratch = &mut vec![f32::NAN; needs.infer.apart];
    L::NEW.infer_linked(params, &Given(source, input), scratch, &mut Apart(&mut inferred));

    let mut kept = Kept::new(needs);
    let random = Random::new(3, Purpose::Dropout);
    let key = DropoutKey { random, step: 2, samples: &[0], first: 0 };
    let tape = Tape { maps: &mut kept.maps, choices: &mut kept.choices, key: Some(key) };
    L::NEW.forward_linked(None, params, source, input, tape, &mut kept.output);
    let sink = Accumulate { parameters: params, gradients: &mut kept.d_params };
    let (maps, choices, output) = (&kept.maps[..], &kept.choices[..], &kept.output[..]);
    let saved = Saved { source, input, maps, choices, output };
    let (mut d_output, mut d_input) = (Apart(&mut kept.d_output), Apart(&mut kept.d_input));
    let scratch = &mut kept.scratch;
    L::NEW.backward_linked(None, sink, saved, &mut d_output, scratch, &mut d_input);
    bits([inferred, kept.output, kept.d_params, kept.d_input].concat())
}

/// The same of a layer that is a value; over a batch of one sample if that takes stages.
fn passes_of<L: Staged, S: Source<f32>>(
    layer: L,
    needs: Needs,
    source: S,
    input: &[S::Raw],
    params: &[f32],
) -> Vec<u32> {
    let mut inferred = vec![f32::NAN; needs.output];
    layer.compute(params, source, input, &mut vec![f32::NAN; needs.infer.apart], &mut inferred);
    let [forward, backward] = layer.stages();
    let mut all = inferred;
    // As given, and over a batch.
    for batch in [false, true] {
        let mut kept = Kept::new(needs);
        let stages = |count| if batch { count } else { 1 };
        let (samples, live) = (1, 1.0);
        for index in 0..stages(forward) {
            let shared = &mut kept.shared;
            let stage = batch.then_some(BatchStage { index, samples, live, shared });
            let tape = Tape { maps: &mut kept.maps, choices: &mut kept.choices, key: None };
            layer.forward_stage(stage, params, source, input, tape, &mut kept.output);
        }
        for index in (0..stages(backward)).rev() {
            let shared = &mut kept.shared;
            let stage = batch.then_some(BatchStage { index, samples, live, shared });
            let sink = Accumulate { parameters: params, gradients: &mut kept.d_params };
            let (maps, choices, output) = (&kept.maps[..], &kept.choices[..], &kept.output[..]);
            let saved = Saved { source, input, maps, choices, output };
            let (d_output, d_input) = (&mut kept.d_output, &mut kept.d_input);
            layer.backward_stage(stage, sink, saved, d_output, &mut kept.scratch, Some(d_input));
        }
        all.extend([kept.output, kept.d_params, kept.d_input].concat());
    }
    bits(all)
}

/// What the passes over a sample write to.
struct Kept {
    maps: Vec<f32>,
    choices: Vec<u8>,
    output: Vec<f32>,
    scratch: Vec<f32>,
    shared: Vec<f32>,
    d_output: Vec<f32>,
    d_params: Vec<f32>,
    d_input: Vec<f32>,
}

impl Kept {
    fn new(needs: Needs) -> Self {
        Self {
            maps: vec![f32::NAN; needs.tape],
            choices: vec![0; needs.choices],
            output: vec![f32::NAN; needs.output],
            scratch: vec![f32::NAN; needs.backward.apart],
            shared: vec![0.0; needs.shared],
            d_output: values(1, needs.output),
            d_params: vec![0.0; needs.params],
            d_input: vec![0.0; needs.input],
        }
    }
}

#[track_caller]
fn check<N: Network>() {
    let input = bytes(0, N::INPUT_LEN);
    let elements = normalised(&input);
    // Not a table for all: the channels' must be told apart.
    let first: Vec<f32> = input.iter().map(|&byte| TABLES[0][usize::from(byte)]).collect();
    let params = values(0, N::PARAMS);
    let from_elements = passes::<N::Layers, _>(Direct, &elements, &params);
    assert_eq!(passes::<N::Layers, _>(SOURCE, &input, &params), from_elements);
    assert_ne!(passes::<N::Layers, _>(Direct, &first, &params), from_elements);

    // The first block as a value.
    let plan = Plan::new(N::INPUT, N::LAYERS).unwrap();
    let block = plan.blocks().next().unwrap();
    let places: Vec<_> = plan.walk().collect();
    let [place, middle, last] = [0, 1, 2].map(|index| places.get(index));
    let (layer, activation) = match block.kind {
        BlockKind::Alone { spared } => (AnyLayer::of(&places[spared]), None),
        BlockKind::Activated { spared } => {
            (AnyLayer::of(&places[spared]), Some(&places[spared + 1]))
        }
        BlockKind::Activation => (AnyLayer::of(&places[0]), place),
        BlockKind::ConvolutionPool | BlockKind::NormalisationPool => {
            (AnyLayer::with_pool(place.unwrap(), middle.unwrap(), last.unwrap()), None)
        }
        BlockKind::Branches => return,
    };
    let activation = activation.and_then(|place| AnyActivation::of(place.spec.kind));
    let layer: Activated<_, _> =
        layer.unwrap().activated(activation.unwrap_or(AnyActivation::Identity));
    let params = &params[..block.needs.params];
    let from_elements = passes_of(layer, block.needs, Direct, &elements, params);
    assert_eq!(passes_of(layer, block.needs, SOURCE, &input, params), from_elements);
}

macro_rules! check {
    ($($c:literal x $h:literal x $w:literal { $($layers:tt)* })*) => {$({
        network! { Net: $c x $h x $w { $($layers)* } }
        check::<Net>();
    })*};
}

#[test]
fn convolutions() {
    check! {
        3 x 5 x 9 { Conv2d { out: 4, kernel: 3 } }
        3 x 6 x 14 { Conv2d { out: 2, kernel: (3, 5), padding: same }, Tanh }
        3 x 7 x 8 { Conv2d { out: 3, kernel: 3, stride: 2, padding: 1 }, Relu, Dense { out: 2 } }
        3 x 1 x 9 { Conv1d { out: 3, kernel: 3, padding: full } }
        3 x 4 x 5 { PointwiseConv2d { out: 5, stride: 2 } }
        3 x 6 x 7 { DepthwiseConv2d { kernel: 3, padding: same } }
        // A single position: taps of several channels in a tile, and in the rest.
        3 x 3 x 3 { Conv2d { out: 2, kernel: 3 } }
        3 x 2 x 5 { Conv2d { out: 5, kernel: (2, 5) }, Sigmoid }
    }
}

#[test]
fn convolutions_with_pools() {
    check! {
        3 x 8 x 8 { Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 }, Dense { out: 3 } }
        3 x 8 x 9 { Conv2d { out: 2, kernel: 3, padding: same }, Tanh, MaxPool2d { size: 3 } }
        3 x 6 x 6 { DepthwiseConv2d { kernel: 3 }, Relu, MaxPool2d { size: 2 } }
        3 x 7 x 7 { Conv2d { out: 2, kernel: 2 }, Relu, MaxPool2d { size: 2, stride: 1 } }
    }
}

#[test]
fn pools() {
    check! {
        3 x 4 x 6 { MaxPool2d { size: 2 } }
        3 x 5 x 7 { MaxPool2d { size: 3, stride: (1, 2) }, Dense { out: 2 } }
        3 x 4 x 6 { AvgPool2d { size: 2 } }
        3 x 5 x 4 { GlobalAvgPool2d, Dense { out: 2 } }
    }
}

#[test]
fn dense_layers() {
    check! {
        3 x 3 x 3 { Dense { out: 5 } }
        3 x 1 x 1 { Dense { out: 16 }, Relu }
        3 x 2 x 5 { Flatten, Dense { out: 37 } }
    }
}

#[test]
fn what_works_on_single_elements() {
    check! {
        3 x 2 x 3 { Flatten }
        3 x 2 x 3 { Identity }
        3 x 2 x 3 { Relu, Dense { out: 2 } }
        3 x 2 x 3 { LeakyRelu { slope: 0.125 } }
        3 x 2 x 3 { Clip { low: -0.5, high: 0.5 } }
        3 x 2 x 3 { Tanh, Softmax }
        3 x 2 x 3 { Softmax }
        3 x 2 x 3 { Scale, Relu }
        3 x 2 x 3 { Dropout { keep: 0.5 }, Dense { out: 2 } }
    }
}

#[test]
fn residual_blocks() {
    check! {
        3 x 4 x 5 { Residual { Conv2d { out: 3, kernel: 3, padding: same } }, Relu }
        3 x 4 x 5 { Residual { PointwiseConv2d { out: 3 }, Tanh }, Dense { out: 2 } }
    }
}

/// No network begins with one.
#[test]
fn normalisations() {
    let (input, params) = (bytes(0, 3 * 4 * 4), values(0, 4 * 3));
    // A variance is not negative.
    let params: Vec<f32> = params.into_iter().map(|param| param.abs() + 0.25).collect();
    let elements = normalised(&input);
    let norm = (Dims::Map([3, 4, 4]), BatchNormOptions::NEW);
    let pool = Window::new([3, 4, 4], [3, 2, 2], [2, 2], [2, 2], [0, 0]);

    let needs = LayerKind::BatchNorm(norm.1).facts(norm.0).unwrap().needs;
    let layer = BatchNorm(norm);
    let from_elements = passes_of(layer, needs, Direct, &elements, &params);
    assert_eq!(passes_of(layer, needs, SOURCE, &input, &params), from_elements);

    let needs = Needs { output: 3 * 2 * 2, choices: 3 * 2 * 2, ..needs };
    let layer = BatchNormMaxPool2d(norm, Relu, pool);
    let from_elements = passes_of(layer, needs, Direct, &elements, &params);
    assert_eq!(passes_of(layer, needs, SOURCE, &input, &params), from_elements);
}

network! {
    Colours: 3 x 6 x 6 {
        Conv2d { out: 4, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        Dense { out: 2 },
    }
}

tinyconv::trainer! { Single: Colours { trains: All, optimizer: Adam, mode: PerSample } }
tinyconv::trainer! { Batch: Colours { trains: All, optimizer: Adam, mode: MiniBatch<3> } }

#[test]
fn trainers() {
    let mut factory = [0.0; Colours::PARAMS];
    <Colours as Network>::init(Init::HeUniform, 12, &mut factory);
    assert_eq!(<All as Part<Colours>>::PARAMS, factory.len());
    macro_rules! learnt {
        ($memory:ident, $source:expr, $of:expr) => {{
            let mut memory = $memory::NEW;
            let mut trainer = memory.trainer(&factory, Adam::default(), 0.0625);
            for sample in 0..9 {
                let input = $of(&bytes(sample, Colours::INPUT_LEN));
                let input = <tinyconv::InputOf<Colours> as tinyconv::Shape>::view(&input);
                trainer.step($source, input, (sample % 2) as u16).unwrap();
                trainer.infer($source, input, &mut [0.0; 2]).unwrap();
            }
            checksum(trainer.parameters())
        }};
    }
    assert_eq!(learnt!(Single, SOURCE, <[u8]>::to_vec), learnt!(Single, Direct, normalised));
    assert_eq!(learnt!(Batch, SOURCE, <[u8]>::to_vec), learnt!(Batch, Direct, normalised));
}
