//! Training as a device does it, on the host: each mode and each freeze depth gives the bits of the
//! plain way to compute the same step, and bad input changes nothing.

use std::cell::Cell;

use tinyconv::loss::{BinaryCrossEntropy, CrossEntropy, Goal, MeanSquaredError, Target};
use tinyconv::optim::{Adam, Descent, Optimizer, Sgd};
use tinyconv::tuning::{
    All, Blocks, Gate, Last, Memory, MiniBatch, Mode, Part, PerSample, Replay, Trainer, TuneError,
    Verdict,
};
use tinyconv::{
    Accumulate, ApplyInPlace, Bytes, Deployed, Direct, Init, InputOf, Network, Purpose, Random,
    Scratch, Shape, fold,
};

tinyconv::network! {
    Net: 2 x 9 x 8 {
        conv: Conv2d { out: 3, kernel: (3, 2), padding: 1 }, Relu, MaxPool2d { size: 2 },
        apart: Conv2d { out: 4, kernel: 2 }, Tanh,
        pool: MaxPool2d { size: 2, stride: 1 },
        middle: Dense { out: 7 }, Relu,
        classify: Dense { out: 3 },
    }
}

const PIXELS: usize = 2 * 9 * 8;
const CLASSES: usize = 3;
static TABLE: [f32; 256] = Bytes::table(100.0, 60.0);
const RATE: f32 = 0.05;

type Image = [[[u8; 8]; 9]; 2];

fn image(sample: u32) -> Image {
    let random = Random::new(5, Purpose::Synthesise);
    let mut image = [[[0; 8]; 9]; 2];
    for (index, pixel) in (0..).zip(image.as_flattened_mut().as_flattened_mut()) {
        *pixel = random.below(256, 0, sample, index) as u8;
    }
    image
}

fn label(sample: u32) -> u16 {
    (sample % 3) as u16
}

fn floats(image: &Image) -> Vec<f32> {
    image.as_flattened().as_flattened().iter().map(|&x| (f32::from(x) - 100.0) / 60.0).collect()
}

fn factory() -> Vec<f32> {
    let mut parameters = vec![0.0; Net::PARAMS];
    <Net as Network>::init(Init::HeUniform, 3, &mut parameters);
    parameters
}

/// The memory of a trainer, filled with what must not be read.
struct Owned {
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    states: Vec<f32>,
    elements: Vec<f32>,
    choices: Vec<u8>,
}

impl Owned {
    fn new<P: Part<Net>, O: Optimizer, M: Mode>() -> Self {
        let memory = Memory::of::<Net, P, O, M>();
        let nan = |bytes: usize| vec![f32::NAN; bytes / 4];
        Self {
            parameters: nan(memory.parameters),
            gradients: nan(memory.gradients),
            states: nan(memory.states),
            elements: nan(memory.scratch),
            choices: vec![77; memory.choices],
        }
    }

    fn blocks(&mut self) -> Blocks<'_> {
        Blocks {
            parameters: &mut self.parameters,
            gradients: &mut self.gradients,
            states: &mut self.states,
            elements: &mut self.elements,
            choices: &mut self.choices,
        }
    }
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Thirty steps of a trainer, against the gradients of the whole network of which only the last
/// parameters are changed.
fn check<P: Part<Net>, O: Optimizer + Copy, M: Mode>(optimizer: O) {
    let factory = factory();
    let mut owned = Owned::new::<P, O, M>();
    let mut trainer =
        Trainer::<Net, P, O, M>::new(&factory, owned.blocks(), optimizer, RATE).unwrap();

    let mut plain = optimizer;
    let mut parameters = factory.clone();
    let mut states = vec![0.0; P::PARAMS * O::STATES];
    let mut elements = vec![f32::NAN; Net::TRAIN_SCRATCH];
    let mut choices = vec![0; Net::TRAIN_CHOICES];
    for step in 0..30 {
        let mut gradients = vec![0.0; Net::PARAMS];
        for sample in step * M::SAMPLES..(step + 1) * M::SAMPLES {
            assert_eq!((trainer.steps(), trainer.pending()), (step, sample % M::SAMPLES));
            let (image, label) = (image(sample), label(sample));
            let outcome = Net::gradients(
                Accumulate { parameters: &parameters, gradients: &mut gradients },
                InputOf::<Net>::view(&floats(&image)),
                label,
                1.0 / M::SAMPLES as f32,
                Scratch { elements: &mut elements, choices: &mut choices },
            );
            assert_eq!(trainer.step(Bytes(&TABLE), &image, label), Ok(outcome));
        }
        let trained = &mut parameters[P::FROZEN_PARAMS..];
        assert!(plain.step(RATE, trained, &gradients[P::FROZEN_PARAMS..], &mut states));
        assert_eq!(bits(trainer.parameters()), bits(&parameters[P::FROZEN_PARAMS..]));
        assert_eq!(bits(trainer.states()), bits(&states));
    }
    assert_ne!(bits(&parameters), bits(&factory));

    let image = image(1000);
    let (mut logits, mut expected) = ([f32::NAN; CLASSES], [f32::NAN; CLASSES]);
    trainer.infer(Bytes(&TABLE), &image, &mut logits).unwrap();
    <Net as Network>::infer(
        &parameters,
        InputOf::<Net>::view(&floats(&image)),
        &mut vec![f32::NAN; Net::INFER_SCRATCH],
        &mut expected,
    );
    assert_eq!(bits(&logits), bits(&expected));

    trainer.reset();
    assert_eq!(bits(trainer.parameters()), bits(&factory[P::FROZEN_PARAMS..]));
    assert!(trainer.states().iter().all(|&state| state == 0.0));
}

#[test]
fn every_mode_and_freeze_depth_gives_the_bits_of_plain_steps() {
    check::<All, Descent, PerSample>(Descent::default());
    check::<All, Sgd, PerSample>(Sgd::default());
    check::<All, Adam, MiniBatch<4>>(Adam::default());
    check::<All, Descent, MiniBatch<16>>(Descent { weight_decay: 0.01 });
    check::<Last<3>, Descent, PerSample>(Descent::default());
    check::<Last<3>, Sgd, MiniBatch<5>>(Sgd::default());
    check::<Last<2>, Adam, PerSample>(Adam::default());
    check::<Last<1>, Descent, PerSample>(Descent::default());
    check::<Last<1>, Sgd, MiniBatch<3>>(Sgd { nesterov: true, ..Sgd::default() });
}

#[test]
fn frozen_layers_cost_nothing() {
    let of = |memory: Memory| {
        [memory.parameters, memory.gradients, memory.states, memory.scratch, memory.choices]
    };
    // Maps: 3 x 4 x 4, 4 x 3 x 3, 4 x 2 x 2, 7, 3. Each is kept for the backward pass; of their
    // gradients, those of two neighbours live at once. Twice the logits, and one choice per cell of the fused block.
    let (first, second, pooled) = (3 * 4 * 4, 4 * 3 * 3, 4 * 2 * 2);
    let logits = 2 * 3;
    assert_eq!(
        of(Memory::of::<Net, All, Descent, PerSample>()),
        [4 * 234, 0, 0, 4 * (2 * (first + second) + pooled + 7 + logits), first]
    );
    assert_eq!(
        of(Memory::of::<Net, Last<3>, Sgd, PerSample>()),
        [4 * 195, 0, 4 * 195, 4 * (first + 2 * (second + pooled) + 7 + logits), 0]
    );
    // From here on, what the frozen layers work in is more than training takes: two neighbouring maps.
    assert_eq!(
        of(Memory::of::<Net, Last<2>, Adam, MiniBatch<2>>()),
        [4 * 143, 4 * 143, 8 * 143, 4 * (first + second), 0]
    );
    assert_eq!(
        of(Memory::of::<Net, Last<1>, Descent, PerSample>()),
        [4 * 24, 0, 0, 4 * (first + second), 0]
    );
}

/// `Direct` and `Bytes` read the same numbers, whatever layer comes first.
#[test]
fn bytes_give_the_bits_of_floats() {
    macro_rules! first_layers {
        ($($name:ident { $($layer:tt)* })*) => {$({
            tinyconv::network! { $name: 2 x 9 x 8 { $($layer)* Dense { out: 3 } } }
            let mut parameters = vec![0.0; $name::PARAMS];
            <$name as Network>::init(Init::HeUniform, 4, &mut parameters);
            let parameters: &[f32; $name::PARAMS] = parameters.first_chunk().unwrap();
            let (image, mut scratch) = (image(7), [f32::NAN; $name::INFER_SCRATCH]);
            let (mut from_bytes, mut from_floats) = ([f32::NAN; 3], [f32::NAN; 3]);
            $name::infer_from(parameters, Bytes(&TABLE), &image, &mut scratch, &mut from_bytes);
            let floats = floats(&image);
            let input = InputOf::<$name>::view(&floats);
            $name::infer_from(parameters, Direct, input, &mut scratch, &mut from_floats);
            assert!(from_floats.iter().all(|logit| logit.is_finite()));
            assert_eq!(bits(&from_bytes), bits(&from_floats), stringify!($name));
            let (mut d_bytes, mut d_floats) = (parameters.to_vec(), parameters.to_vec());
            for (bytes, d) in [(true, &mut d_bytes), (false, &mut d_floats)] {
                let mut memory = vec![f32::NAN; <All as Part<$name>>::SCRATCH];
                let mut choices = vec![0; <All as Part<$name>>::CHOICES];
                let blocks = Blocks {
                    parameters: d,
                    gradients: &mut [],
                    states: &mut [],
                    elements: &mut memory,
                    choices: &mut choices,
                };
                let mut trainer =
                    Trainer::<$name>::new(parameters, blocks, Descent::default(), RATE).unwrap();
                if bytes {
                    trainer.step(Bytes(&TABLE), &image, 1).unwrap();
                } else {
                    trainer.step(Direct, input, 1).unwrap();
                }
            }
            assert_ne!(bits(&d_bytes), bits(parameters));
            assert_eq!(bits(&d_bytes), bits(&d_floats), stringify!($name));
        })*};
    }
    first_layers! {
        DenseFirst {}
        Convolution { Conv2d { out: 2, kernel: 3 }, }
        Padded { Conv2d { out: 3, kernel: 3, padding: same, stride: 2 }, Sigmoid, }
        Fused { Conv2d { out: 2, kernel: 3, padding: 1 }, LeakyRelu, MaxPool2d { size: (3, 2) }, }
        MaxFirst { MaxPool2d { size: 2 }, Conv2d { out: 2, kernel: 2 }, }
        AverageFirst { AvgPool2d { size: 3 }, }
        GlobalFirst { GlobalAvgPool2d, }
        FlattenFirst { Flatten, Tanh, }
        ActivationFirst { Tanh, Conv2d { out: 2, kernel: 3 }, }
    }
}

#[test]
fn bad_input_changes_nothing() {
    let factory = factory();
    let mut owned = Owned::new::<All, Sgd, PerSample>();
    let mut trainer =
        Trainer::<Net, All, Sgd, PerSample>::new(&factory, owned.blocks(), Sgd::default(), RATE)
            .unwrap();
    let good = floats(&image(0));
    trainer.step(Direct, InputOf::<Net>::view(&good), 0).unwrap();
    let (parameters, states) = (bits(trainer.parameters()), bits(trainer.states()));

    for (index, value) in [(0, f32::NAN), (77, f32::INFINITY), (PIXELS - 1, f32::NEG_INFINITY)] {
        let mut bad = good.clone();
        bad[index] = value;
        let step = trainer.step(Direct, InputOf::<Net>::view(&bad), 0);
        assert_eq!(step, Err(TuneError::Input { index }));
        let inferred = trainer.infer(Direct, InputOf::<Net>::view(&bad), &mut [0.0; CLASSES]);
        assert_eq!(inferred, Err(TuneError::Input { index }));
    }
    for label in [3, 255, 999] {
        let step = trainer.step(Direct, InputOf::<Net>::view(&good), label);
        assert_eq!(step, Err(TuneError::Label { label, classes: 3 }));
    }
    let input = InputOf::<Net>::view(&good);
    let towards = |trainer: &mut Trainer<'_, _, _, _, _>, values: &[f32]| {
        let goal = Goal { loss: &MeanSquaredError, target: Target::Values(values) };
        trainer.step_towards(Direct, input, goal)
    };
    for given in [0, 2, 4] {
        let step = towards(&mut trainer, &vec![0.5; given]);
        assert_eq!(step, Err(TuneError::Target { given, needed: 3 }));
    }
    for (index, value) in [(0, f32::NAN), (1, f32::INFINITY), (2, f32::NEG_INFINITY)] {
        let mut values = [0.5; CLASSES];
        values[index] = value;
        assert_eq!(towards(&mut trainer, &values), Err(TuneError::TargetValue { index }));
    }
    let goal = Goal { loss: &MeanSquaredError, target: Target::Class(3) };
    let class = trainer.step_towards(Direct, input, goal);
    assert_eq!(class, Err(TuneError::Label { label: 3, classes: 3 }));
    assert_eq!(trainer.steps(), 1);
    assert_eq!(bits(trainer.parameters()), parameters);
    assert_eq!(bits(trainer.states()), states);
}

/// Finite inputs that are far too large: the loss, a gradient or an update overflows.
#[test]
fn parameters_stay_numbers_when_training_diverges() {
    let factory = factory();
    let finite = |parameters: &[f32]| parameters.iter().all(|parameter| parameter.is_finite());

    // The logits overflow: seen before anything is changed.
    let mut owned = Owned::new::<All, Descent, PerSample>();
    let mut trainer =
        Trainer::<Net>::new(&factory, owned.blocks(), Descent::default(), RATE).unwrap();
    let mut huge = vec![0.0; PIXELS];
    huge.fill(f32::MAX);
    tinyconv::network! { Linear: 2 x 9 x 8 { Dense { out: 3 } } }
    let ones = vec![1.0; Linear::PARAMS];
    let mut memory = vec![0.0; Linear::PARAMS + <All as Part<Linear>>::SCRATCH];
    let (parameters, elements) = memory.split_at_mut(Linear::PARAMS);
    let (gradients, states, choices) = (&mut [][..], &mut [][..], &mut [][..]);
    let blocks = Blocks { parameters, gradients, states, elements, choices };
    let mut linear = Trainer::<Linear>::new(&ones, blocks, Descent::default(), RATE).unwrap();
    assert_eq!(linear.step(Direct, InputOf::<Linear>::view(&huge), 0), Err(TuneError::Loss));
    assert_eq!(bits(linear.parameters()), bits(&ones));

    // An update overflows, those of the biases do not: 2 * (1 - 1/3) * f32::MAX, and without the 2.
    linear.set_learning_rate(f32::MAX);
    let twos = [[[2.0; 8]; 9]; 2];
    assert_eq!(linear.step(Direct, &twos, 0), Err(TuneError::Overflow));
    let (weights, biases) = linear.parameters().split_at(3 * PIXELS);
    assert_eq!(weights[0].to_bits(), ones[0].to_bits());
    assert!(biases[0] > 1e38 && finite(linear.parameters()));

    // Run into the ground: whatever happens, they stay numbers, and can be brought back.
    trainer.reset();
    trainer.set_learning_rate(1e30);
    let errors = (0..50)
        .filter(|&sample| trainer.step(Bytes(&TABLE), &image(sample), label(sample)).is_err())
        .count();
    assert!(errors > 0, "such a learning rate must do harm");
    assert!(finite(trainer.parameters()));
    trainer.reset();
    assert_eq!(bits(trainer.parameters()), bits(&factory));
}

/// A gradient that overflows drops the batch.
#[test]
fn a_batch_with_infinite_gradients_is_dropped() {
    tinyconv::network! { Deep: 1 x 1 x 1 { Dense { out: 1 }, Dense { out: 2 } } }
    // d_weight of the first layer is the input times the second layer's weight: 1e20 * 1e25.
    let factory = [1e-30, 0.0, 1e25, -1e25, 0.0, 0.0];
    let mut parameters = [0.0; 6];
    let (mut gradients, mut elements) = ([0.0; 6], [0.0; <All as Part<Deep>>::SCRATCH]);
    let blocks = Blocks {
        parameters: &mut parameters,
        gradients: &mut gradients,
        states: &mut [],
        elements: &mut elements,
        choices: &mut [],
    };
    let mut trainer = Trainer::<Deep, All, Descent, MiniBatch<2>>::new(
        &factory,
        blocks,
        Descent::default(),
        RATE,
    )
    .unwrap();
    trainer.step(Direct, &[[[1e20]]], 1).unwrap();
    assert_eq!(trainer.step(Direct, &[[[0.0]]], 1), Err(TuneError::Gradients));
    assert_eq!((trainer.pending(), trainer.steps()), (0, 0));
    assert_eq!(bits(trainer.parameters()), bits(&factory));
    // The next batch starts from zero.
    trainer.step(Direct, &[[[0.0]]], 0).unwrap();
    trainer.step(Direct, &[[[0.0]]], 0).unwrap();
    assert_eq!(trainer.steps(), 1);
}

tinyconv::network! { Tiny: 2 x 1 x 1 { Dense { out: 8 }, Tanh, Dense { out: 1 } } }

/// The losses of `steps` steps from random points of the square to what `wanted` says of them.
fn learn<M: Mode>(
    loss: &impl tinyconv::loss::Loss,
    rate: f32,
    steps: u32,
    wanted: fn([f32; 2]) -> f32,
) -> (Vec<f32>, u32) {
    let mut factory = vec![0.0; Tiny::PARAMS];
    <Tiny as Network>::init(Init::GlorotUniform, 6, &mut factory);
    let mut parameters = vec![f32::NAN; Tiny::PARAMS];
    let mut gradients = vec![f32::NAN; if M::COLLECTS { Tiny::PARAMS } else { 0 }];
    let mut elements = vec![f32::NAN; <All as Part<Tiny>>::SCRATCH];
    let blocks = Blocks {
        parameters: &mut parameters,
        gradients: &mut gradients,
        states: &mut [],
        elements: &mut elements,
        choices: &mut [],
    };
    let mut trainer =
        Trainer::<Tiny, All, Descent, M>::new(&factory, blocks, Descent::default(), rate).unwrap();
    let random = Random::new(11, Purpose::Synthesise);
    let point = |step| [0, 1].map(|axis| 2.0 * random.uniforms(0, step, axis)[0] - 1.0);
    let losses = (0..steps)
        .map(|step| {
            let [x, y] = point(step);
            let target = [wanted([x, y])];
            let input = [[[x]], [[y]]];
            let goal = Goal { loss, target: Target::Values(&target) };
            trainer.step_towards(Direct, &input, goal).unwrap().loss
        })
        .collect();
    // Fresh points: how many are on the right side of zero, where 1 stands for above.
    let right = (steps..steps + 200)
        .filter(|&step| {
            let [x, y] = point(step);
            let mut output = [f32::NAN];
            trainer.infer(Direct, &[[[x]], [[y]]], &mut output).unwrap();
            (output[0] > 0.0) == (wanted([x, y]) > 0.0)
        })
        .count();
    (losses, right as u32)
}

fn mean(losses: &[f32]) -> f32 {
    losses.iter().sum::<f32>() / losses.len() as f32
}

#[test]
fn a_device_learns_numbers() {
    let wanted = |[x, y]: [f32; 2]| x * x - 0.5 * y;
    for losses in [
        learn::<PerSample>(&MeanSquaredError, 0.1, 8000, wanted).0,
        learn::<MiniBatch<4>>(&MeanSquaredError, 0.2, 16000, wanted).0,
    ] {
        let (first, last) = (mean(&losses[..200]), mean(&losses[losses.len() - 200..]));
        // The variance of the wanted numbers is 4/45 + 1/12 = 0.17.
        assert!(first > 0.05 && last < 0.005, "{first} {last}");
    }
}

#[test]
fn a_device_learns_yes_and_no() {
    // Inside of a circle or not: no straight line tells.
    let wanted = |[x, y]: [f32; 2]| if x * x + y * y < 0.6 { 1.0 } else { 0.0 };
    let (losses, right) = learn::<PerSample>(&BinaryCrossEntropy, 0.1, 16000, wanted);
    let (first, last) = (mean(&losses[..200]), mean(&losses[losses.len() - 200..]));
    assert!(first > 0.5 && last < 0.2, "{first} {last}");
    assert!(right >= 180, "{right} of 200");
}

/// A network of the host, with what only its training needs, goes on learning on a device without.
#[test]
fn a_deployed_network_learns() {
    tinyconv::network! {
        Hosted: 2 x 1 x 1 {
            Dense { out: 8 }, BatchNorm { epsilon: 0.125 }, Tanh,
            Dropout { keep: 0.5 },
            Dense { out: 2 },
        }
    }
    tinyconv::trainer! {
        Training: Deployed<Hosted> { trains: All, optimizer: Descent, mode: PerSample }
    }
    let mut params = vec![0.0; Hosted::PARAMS];
    <Hosted as Network>::init(Init::GlorotUniform, 6, &mut params);
    // As if trained: weight, bias, mean and variance of the normalisation differ from the first ones.
    let norm = 2 * 8 + 8..2 * 8 + 8 + 4 * 8;
    for (index, param) in params[norm].iter_mut().enumerate() {
        *param = 0.5 + (index % 5) as f32 * 0.25;
    }
    let mut factory = [0.0; Deployed::<Hosted>::PARAMS];
    fold::<Hosted>(&params, &mut factory);
    let mut memory = Training::NEW;
    let mut trainer = memory.trainer(&factory, Descent::default(), 0.1);

    let random = Random::new(11, Purpose::Synthesise);
    let point = |step| [0, 1].map(|axis| [[2.0 * random.uniforms(0, step, axis)[0] - 1.0]]);
    // Before it learns, it is what the whole network is in inference.
    for step in 0..20 {
        let (mut whole, mut deployed) = ([f32::NAN; 2], [f32::NAN; 2]);
        let scratch = &mut [f32::NAN; Hosted::INFER_SCRATCH];
        <Hosted as Network>::infer(&params, &point(step), scratch, &mut whole);
        trainer.infer(Direct, &point(step), &mut deployed).unwrap();
        for (whole, deployed) in whole.iter().zip(deployed) {
            // Some roundings of numbers up to 4.
            assert!((whole - deployed).abs() < 1e-5, "{whole} {deployed}");
        }
    }
    let losses: Vec<f32> = (0..4000)
        .map(|step| {
            let [[[x]], [[y]]] = point(step);
            trainer.step(Direct, &[[[x]], [[y]]], u16::from(x * y > 0.0)).unwrap().loss
        })
        .collect();
    let (first, last) = (mean(&losses[..200]), mean(&losses[losses.len() - 200..]));
    // Guessing is ln 2 = 0.69.
    assert!(first > 0.5 && last < 0.3, "{first} {last}");
}

#[test]
fn a_step_is_a_step_towards_a_class() {
    let factory = factory();
    let (mut left, mut right) = [(); 2].map(|()| Owned::new::<All, Descent, PerSample>()).into();
    let mut by_label =
        Trainer::<Net>::new(&factory, left.blocks(), Descent::default(), RATE).unwrap();
    let mut by_target =
        Trainer::<Net>::new(&factory, right.blocks(), Descent::default(), RATE).unwrap();
    for sample in 0..10 {
        let (image, label) = (image(sample), label(sample));
        let goal = Goal { loss: &CrossEntropy::default(), target: Target::Class(label) };
        assert_eq!(
            by_label.step(Bytes(&TABLE), &image, label),
            by_target.step_towards(Bytes(&TABLE), &image, goal)
        );
    }
    assert_eq!(bits(by_label.parameters()), bits(by_target.parameters()));
}

#[test]
fn blocks_of_wrong_length_are_named() {
    let factory = factory();
    let build = |change: fn(&mut Owned)| {
        let mut owned = Owned::new::<Last<1>, Sgd, MiniBatch<2>>();
        change(&mut owned);
        Trainer::<Net, Last<1>, Sgd, MiniBatch<2>>::new(
            &factory,
            owned.blocks(),
            Sgd::default(),
            RATE,
        )
        .map(|_| ())
    };
    assert_eq!(build(|_| {}), Ok(()));
    let error = |name, given, needed| Err(TuneError::Block { name, given, needed });
    assert_eq!(build(|o| o.parameters.push(0.0)), error("parameters", 25, 24));
    assert_eq!(build(|o| o.gradients.clear()), error("gradients", 0, 24));
    assert_eq!(build(|o| o.states.truncate(3)), error("optimizer states", 3, 24));
    assert_eq!(build(|o| o.elements.truncate(9)), error("scratch elements", 9, 84));
    assert_eq!(build(|o| o.choices.push(0)), error("choices", 1, 0));
    let mut owned = Owned::new::<Last<1>, Descent, PerSample>();
    let short =
        Trainer::<Net, Last<1>>::new(&factory[1..], owned.blocks(), Descent::default(), RATE);
    assert_eq!(
        short.map(|_| ()).unwrap_err().to_string(),
        "the block of factory parameters has \
        length 233 instead of 234: let `trainer!` make it"
    );
}

/// The low-level way reports an overflow, too.
#[test]
fn steps_in_place_tell_of_an_overflow() {
    let mut parameters = [1.0, f32::MAX];
    let overflow = Cell::new(false);
    let descent = Descent::default();
    let mut in_place = ApplyInPlace {
        optimizer: &descent,
        learning_rate: 1.0,
        parameters: &mut parameters,
        states: [&mut [], &mut []],
        overflow: &overflow,
    };
    tinyconv::GradientSink::add(&mut in_place, 0, &[0.5]);
    assert!(!overflow.get());
    tinyconv::GradientSink::add(&mut in_place, 1, &[-f32::MAX]);
    assert!(overflow.get());
    assert_eq!(parameters, [0.5, f32::MAX]);
}

#[test]
fn the_gate_brings_back_what_was_good() {
    let factory = factory();
    let mut owned = Owned::new::<Last<1>, Sgd, PerSample>();
    let mut trainer = Trainer::<Net, Last<1>, Sgd, PerSample>::new(
        &factory,
        owned.blocks(),
        Sgd::default(),
        RATE,
    )
    .unwrap();
    let mut copy = [0.0; 24];
    assert!(Gate::new(&trainer, 0, 0, &mut copy[1..]).is_err());
    let mut gate = Gate::new(&trainer, 10, 1, &mut copy).unwrap();
    let train = |trainer: &mut Trainer<'_, Net, Last<1>, Sgd, PerSample>| {
        trainer.step(Bytes(&TABLE), &image(3), 2).unwrap();
    };
    train(&mut trainer);
    assert_eq!(gate.judge(&mut trainer, 12), Ok(Verdict::Kept));
    let good = bits(trainer.parameters());
    train(&mut trainer);
    assert_eq!(gate.judge(&mut trainer, 11), Ok(Verdict::Tolerated));
    assert_ne!(bits(trainer.parameters()), good);
    assert_eq!(gate.judge(&mut trainer, 10), Ok(Verdict::RolledBack));
    assert_eq!(bits(trainer.parameters()), good);
    assert!(trainer.states().iter().all(|&state| state == 0.0));
    assert_eq!(gate.best(), 12);
}

/// Every class is drawn as often as another, and every sample of a class is kept as likely.
#[test]
fn replay_is_balanced() {
    let random = Random::new(1, Purpose::Replay);
    let mut kept = [0u32; 100];
    for seed in 0..200 {
        let random = Random::new(seed, Purpose::Replay);
        let mut replay = Replay::<1, 2, 10>::new();
        for sample in 0..100 {
            replay.offer(&random, &[sample], 1);
        }
        let mut seen = [false; 100];
        for step in 0..2000 {
            let ([sample], label) = replay.draw(&random, step).unwrap();
            assert_eq!(label, 1);
            seen[usize::from(*sample)] = true;
        }
        assert_eq!(seen.iter().filter(|&&seen| seen).count(), 10);
        for (kept, seen) in kept.iter_mut().zip(seen) {
            *kept += u32::from(seen);
        }
    }
    // 20 expected for each sample, with a deviation of 4.2.
    assert!(kept.iter().all(|kept| (3..40).contains(kept)), "{kept:?}");
    for tenth in kept.as_chunks::<10>().0 {
        let sum: u32 = tenth.iter().sum();
        assert!((140..260).contains(&sum), "{kept:?}");
    }

    let mut replay = Replay::<1, 3, 2>::new();
    for (sample, label) in [(1, 0), (2, 2), (3, 2), (4, 2), (5, 2)] {
        replay.offer(&random, &[sample], label);
    }
    assert!(!replay.offer(&random, &[6], 3), "3 is no class");
    let mut drawn = [0; 3];
    for step in 0..1000 {
        drawn[usize::from(replay.draw(&random, step).unwrap().1)] += 1;
    }
    assert_eq!(drawn[1], 0);
    assert!((420..580).contains(&drawn[0]), "{drawn:?}");
}
