//! Training over batches whose samples depend on each other, and towards numbers in place of classes.

use std::ops::ControlFlow;

use host_tools::data::{AugmentScratch, Augmentation, Samples};
use host_tools::model::MODELS;
use host_tools::training::{
    AddLanes, LossKind, OptimizerKind, TrainOptions, Trained, evaluate_samples, train_samples,
};
use tinyconv::loss::{CrossEntropy, Goal, Target};
use tinyconv::optim::{Descent, Sgd};
use tinyconv::plan::Needs;
use tinyconv::{
    Accumulate, BatchStage, Deployed, DropoutKey, Init, InputOf, Layer, Network, OutputOf, Purpose,
    Random, Scratch, Shape, fold, network,
};

use host_tools::lanes::{LANES, Lanes};

network! {
    Normalised: 1 x 6 x 6 {
        Conv2d { out: 4, kernel: 3 }, BatchNorm, Relu,
        Residual { Conv2d { out: 4, kernel: 3, padding: same }, BatchNorm }, Relu,
        Dropout { keep: 0.9 },
        // Its output is a single position.
        Conv2d { out: 70, kernel: 4 }, Relu,
        Dense { out: 8 }, BatchNorm, Tanh,
        Dense { out: 2 },
    }
}

/// Images with a brighter row or a brighter column.
struct Bars(usize);

impl Samples for Bars {
    fn len(&self) -> usize {
        self.0
    }

    fn input_len(&self) -> usize {
        36
    }

    fn label(&self, index: u32) -> u16 {
        (index % 2) as u16
    }

    fn write(&self, index: u32, _: Option<u32>, _: &mut AugmentScratch, input: &mut [f32]) {
        let random = Random::new(2, Purpose::Synthesise);
        let line = random.below(6, 1, index, 0) as usize;
        for (pixel, x) in input.iter_mut().enumerate() {
            let lies_on =
                if self.label(index) == 0 { pixel / 6 == line } else { pixel % 6 == line };
            let [noise, ..] = random.uniforms(0, index, pixel as u32);
            *x = noise + if lies_on { 1.0 } else { 0.0 };
        }
    }
}

fn options() -> TrainOptions {
    TrainOptions {
        epochs: 4,
        batch: 40,
        learning_rate: 0.05,
        optimizer: OptimizerKind::Sgd(Sgd { weight_decay: 0.01, ..Sgd::default() }),
        augmentation: Augmentation::NONE,
        ..MODELS[0].recipe()
    }
}

fn train<N: Network>(samples: &dyn Samples, options: &TrainOptions) -> Trained {
    train_samples::<N>(samples, samples, options, &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn statistics_and_masks_do_not_depend_on_threads() {
    // The last batch and its last group are not full.
    let trained = [1, 2, 3].map(|threads| {
        train::<Normalised>(&Bars(333), &TrainOptions { threads, ..options() }).parameters
    });
    assert_eq!(trained[0], trained[1]);
    assert_eq!(trained[0], trained[2]);
    let other = train::<Normalised>(&Bars(333), &TrainOptions { seed: 2, ..options() });
    assert_ne!(trained[0], other.parameters);
}

#[test]
fn a_network_with_batch_normalisation_learns_and_its_deployed_form_knows_it() {
    let options = TrainOptions { epochs: 20, ..options() };
    let trained = train::<Normalised>(&Bars(400), &options);
    assert!(trained.test.accuracy() > 0.95, "{}", trained.test.accuracy());
    let mut folded = vec![0.0; Deployed::<Normalised>::PARAMS];
    fold::<Normalised>(&trained.parameters, &mut folded);
    let deployed =
        evaluate_samples::<Deployed<Normalised>>(&folded, &Bars(400), LossKind::default());
    assert_eq!(deployed.confusion, trained.test.confusion);
    assert!((deployed.loss - trained.test.loss).abs() < 1e-5);
}

/// The gradients of `live` samples as one group of lanes, and as groups of one scalar each.
fn gradients(live: usize) -> [Vec<f32>; 2] {
    type N = Normalised;
    const L: Needs = <Normalised as Network>::Layers::NEEDS;
    let mut parameters = vec![0.0; N::PARAMS];
    <N as Network>::init(Init::HeUniform, 5, &mut parameters);
    let rows: Vec<Vec<f32>> = (0..LANES as u32)
        .map(|lane| {
            let mut row = vec![0.0; 36];
            let index = if (lane as usize) < live { lane } else { 0 };
            Bars(LANES).write(index, Some(1), &mut AugmentScratch::default(), &mut row);
            row
        })
        .collect();
    let indices: [u32; LANES] =
        std::array::from_fn(|lane| if lane < live { lane as u32 } else { 0 });
    let random = Random::new(1, Purpose::Dropout);
    let loss = CrossEntropy::default();

    let mut in_lanes = vec![0.0; N::PARAMS];
    let mut inputs = vec![Lanes::new([0.0; LANES]); 36];
    Lanes::transpose(&rows.concat(), &mut inputs);
    let labels = Lanes::labels(indices.map(|index| Bars(LANES).label(index)));
    let of_live = |number: f32| {
        Lanes::new(std::array::from_fn(|lane| if lane < live { number } else { 0.0 }))
    };
    let mut elements = vec![Lanes::new([f32::NAN; LANES]); N::TRAIN_SCRATCH_LANES];
    let mut choices = vec![Lanes::new([0.0; LANES]); N::TRAIN_CHOICES];
    let mut shared = vec![Lanes::new([0.0; LANES]); L.shared];
    let share = |shared: &mut Vec<Lanes>| {
        let mut sums = vec![Lanes::new([0.0; LANES]); L.shared];
        BatchStage::add(shared, of_live(1.0), &mut sums);
        *shared = sums;
    };
    let goal = Goal { loss: &loss, target: Target::Class(labels) };
    for index in 0..L.stages {
        N::forward_stage(
            BatchStage { index, samples: live, live: of_live(1.0), shared: &mut shared },
            &parameters,
            InputOf::<N>::view(&inputs),
            Some(DropoutKey { random, step: 3, samples: &indices, first: 0 }),
            Scratch { elements: &mut elements, choices: &mut choices },
        );
        share(&mut shared);
    }
    N::outcome(goal, &mut elements);
    for index in (0..L.backward_stages).rev() {
        N::backward_stage(
            BatchStage { index, samples: live, live: of_live(1.0), shared: &mut shared },
            AddLanes { parameters: &parameters, sums: &mut in_lanes },
            InputOf::<N>::view(&inputs),
            goal,
            of_live(1.0 / live as f32),
            Scratch { elements: &mut elements, choices: &mut choices },
        );
        share(&mut shared);
    }

    let mut one_by_one = vec![0.0; N::PARAMS];
    let mut blocks: Vec<_> = (0..live)
        .map(|_| {
            (vec![f32::NAN; N::TRAIN_SCRATCH], vec![0; N::TRAIN_CHOICES], vec![0.0f32; L.shared])
        })
        .collect();
    let share = |blocks: &mut [(Vec<f32>, Vec<u8>, Vec<f32>)]| {
        let mut sums = vec![0.0; L.shared];
        for (_, _, shared) in &*blocks {
            BatchStage::add(shared, 1.0, &mut sums);
        }
        for (_, _, shared) in blocks {
            shared.copy_from_slice(&sums);
        }
    };
    let goal = |sample: usize| {
        let label = Bars(LANES).label(sample as u32);
        Goal { loss: &loss, target: Target::Class(label) }
    };
    for index in 0..L.stages {
        for (sample, (elements, choices, shared)) in blocks.iter_mut().enumerate() {
            N::forward_stage(
                BatchStage { index, samples: live, live: 1.0, shared },
                &parameters,
                InputOf::<N>::view(&rows[sample]),
                Some(DropoutKey { random, step: 3, samples: &[sample as u32], first: 0 }),
                Scratch { elements, choices },
            );
        }
        share(&mut blocks);
    }
    for (sample, (elements, ..)) in blocks.iter_mut().enumerate() {
        N::outcome(goal(sample), elements);
    }
    for index in (0..L.backward_stages).rev() {
        for (sample, (elements, choices, shared)) in blocks.iter_mut().enumerate() {
            N::backward_stage(
                BatchStage { index, samples: live, live: 1.0, shared },
                Accumulate { parameters: &parameters, gradients: &mut one_by_one },
                InputOf::<N>::view(&rows[sample]),
                goal(sample),
                1.0 / live as f32,
                Scratch { elements, choices },
            );
        }
        share(&mut blocks);
    }
    [in_lanes, one_by_one]
}

/// Up to sixteen samples, the sums over the batch are taken in the same order.
#[test]
fn lanes_give_the_bits_of_samples_one_by_one() {
    for live in [16, 5, 1] {
        let [in_lanes, one_by_one] = gradients(live);
        let bits =
            |gradients: Vec<f32>| gradients.into_iter().map(f32::to_bits).collect::<Vec<_>>();
        assert!(in_lanes.iter().any(|&gradient| gradient != 0.0));
        assert_eq!(bits(in_lanes), bits(one_by_one), "{live} samples");
    }
}

network! {
    /// A line through noise.
    Line: 1 x 1 x 1 { Dense { out: 1 } }
}

network! {
    /// Whether each of two numbers is above a threshold.
    Above: 1 x 1 x 2 { Dense { out: 8 }, Tanh, Dense { out: 2 } }
}

/// Targets that are numbers.
struct Numbers {
    inputs: usize,
    target: fn(f32) -> f32,
}

impl Samples for Numbers {
    fn len(&self) -> usize {
        200
    }

    fn input_len(&self) -> usize {
        self.inputs
    }

    fn label(&self, _index: u32) -> u16 {
        0
    }

    fn target_len(&self) -> usize {
        self.inputs
    }

    fn write_target(&self, index: u32, target: &mut [f32]) {
        self.write(index, None, &mut AugmentScratch::default(), target);
        for x in target {
            *x = (self.target)(*x);
        }
    }

    fn write(&self, index: u32, _: Option<u32>, _: &mut AugmentScratch, input: &mut [f32]) {
        let uniforms = Random::new(3, Purpose::Synthesise).uniforms(0, index, 0);
        for (x, uniform) in input.iter_mut().zip(uniforms) {
            *x = 2.0 * uniform - 1.0;
        }
    }
}

#[test]
fn regression_finds_a_line() {
    let samples = Numbers { inputs: 1, target: |x| 3.0 * x - 0.5 };
    let options = TrainOptions {
        epochs: 60,
        learning_rate: 0.3,
        loss: LossKind::MeanSquaredError,
        optimizer: OptimizerKind::Descent(Descent::default()),
        ..options()
    };
    let trained = train::<Line>(&samples, &options);
    assert!(trained.test.loss < 1e-6, "{}", trained.test.loss);
    assert!((trained.parameters[0] - 3.0).abs() < 1e-2);
    assert!((trained.parameters[1] + 0.5).abs() < 1e-2);
}

#[test]
fn binary_outputs_learn_each_by_itself() {
    let samples = Numbers { inputs: 2, target: |x| f32::from(u8::from(x > 0.2)) };
    let options = TrainOptions {
        epochs: 200,
        learning_rate: 0.3,
        loss: LossKind::BinaryCrossEntropy,
        ..options()
    };
    let trained = train::<Above>(&samples, &options);
    let mut right = 0;
    for index in 0..200 {
        let (mut input, mut target, mut output) = ([0.0; 2], [0.0; 2], [0.0; 2]);
        samples.write(index, None, &mut AugmentScratch::default(), &mut input);
        samples.write_target(index, &mut target);
        <Above as Network>::infer(
            &trained.parameters,
            InputOf::<Above>::view(&input),
            &mut [0.0; Above::INFER_SCRATCH],
            OutputOf::<Above>::view_mut(&mut output),
        );
        let agree = output.iter().zip(target).filter(|&(&z, t)| (z > 0.0) == (t > 0.5));
        right += agree.count();
    }
    assert!(right >= 380, "{right} of 400");
}

#[test]
fn targets_that_do_not_fit_are_refused() {
    let samples = Numbers { inputs: 1, target: |x| x };
    let refused = train_samples::<WideLine>(&samples, &samples, &options(), &mut |_| {
        ControlFlow::Continue(())
    });
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("targets of 1 numbers, but the network has 2 outputs"), "{message}");
}

network! {
    WideLine: 1 x 1 x 1 { Dense { out: 2 } }
}
