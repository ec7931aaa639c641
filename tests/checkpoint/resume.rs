//! Training that was interrupted gives the bits of training that was not.

use std::cell::Cell;

use tinyconv::checkpoint::{Contents, Progress, Sections, SectionsMut};
use tinyconv::optim::{Adam, Descent, Optimizer, Sgd};
use tinyconv::{ApplyInPlace, Init, Network, Purpose, Random, Scratch, network};

use super::flash::{Flash, TEARS};
use super::keeper::Tested;

network! {
    Small: 1 x 8 x 7 {
        Conv2d { out: 3, kernel: 3 }, LeakyRelu, MaxPool2d { size: 2 },
        Dense { out: 4 }, Tanh,
        Dense { out: 3 },
    }
}

const P: usize = Small::PARAMS;
const SEED: u64 = 11;
const LEARNING_RATE: f32 = 0.05;

/// All that changes in training: what a device has in its RAM.
#[derive(Clone, Debug, PartialEq)]
struct Training<O> {
    optimizer: O,
    parameters: Vec<f32>,
    states: Vec<f32>,
    /// How often each class was seen: the application's bytes.
    seen: [u8; 3],
    seed: u64,
    step: u32,
}

impl<O: Optimizer + Clone> Training<O> {
    const CONTENTS: Contents = Contents { user: 3, ..Contents::of::<Small, O>() };

    fn new(optimizer: O) -> Self {
        let mut parameters = vec![0.0; P];
        <Small as Network>::init(Init::HeUniform, SEED, &mut parameters);
        let states = vec![0.0; P * O::STATES];
        Self { optimizer, parameters, states, seen: [0; 3], seed: SEED, step: 0 }
    }

    /// One sample, drawn for this step, in place.
    fn step(&mut self) {
        let random = Random::new(self.seed, Purpose::Synthesise);
        let label = random.below(3, self.step, 0, 0) as u16;
        let image = [core::array::from_fn(|row| {
            core::array::from_fn(|column| {
                let noise = random.uniforms(self.step, 1, (row * 7 + column) as u32)[0];
                if row % 3 == usize::from(label) { 1.0 } else { noise }
            })
        })];
        self.optimizer.begin_step();
        let (first, second) = self.states.split_at_mut(if O::STATES > 0 { P } else { 0 });
        let outcome = Small::gradients(
            ApplyInPlace {
                optimizer: &self.optimizer,
                learning_rate: LEARNING_RATE,
                parameters: &mut self.parameters,
                states: [first, second],
                overflow: &Cell::new(false),
            },
            &image,
            label,
            1.0,
            Scratch {
                elements: &mut [0.0; Small::TRAIN_SCRATCH],
                choices: &mut [0; Small::TRAIN_CHOICES],
            },
        );
        assert!(outcome.loss.is_finite());
        self.seen[usize::from(label)] += 1;
        self.step += 1;
    }

    fn save(&self, flash: &mut Flash<4, 4, 256>) -> bool {
        let Self { seed, step, .. } = *self;
        let progress = Progress { seed, step, sample: 0, counters: self.optimizer.counters() };
        let sections =
            Sections { parameters: &self.parameters, states: &self.states, user: &self.seen };
        Tested(Self::CONTENTS).open(flash).save(progress, sections).is_ok()
    }

    /// A device that was just switched on: as at first, and then what the flash holds.
    fn restore(optimizer: O, flash: &mut Flash<4, 4, 256>) -> Self {
        let mut training = Self::new(optimizer);
        let sections = SectionsMut {
            parameters: &mut training.parameters,
            states: &mut training.states,
            user: &mut training.seen,
        };
        let restored = Tested(Self::CONTENTS).open(flash).load(sections).unwrap();
        if let Some(restored) = restored {
            training.seed = restored.progress.seed;
            training.step = restored.progress.step;
            training.optimizer.resume(restored.progress.counters);
        }
        training
    }

    fn bits(&self) -> Vec<u32> {
        let counters = self.optimizer.counters();
        let floats = self.parameters.iter().chain(&self.states).chain(&counters);
        floats.map(|value| value.to_bits()).chain(self.seen.map(u32::from)).collect()
    }
}

fn flash<O: Optimizer + Clone>() -> Flash<4, 4, 256> {
    let units = 2 * Training::<O>::CONTENTS.erases_per_save(256) + 2;
    Flash::new(units, false)
}

/// Sixty steps at once, and with power cut at a random operation of some of the saves.
fn same_bits<O: Optimizer + Clone>(optimizer: O) {
    let mut uninterrupted = Training::new(optimizer.clone());
    let first = uninterrupted.bits();
    for _ in 0..60 {
        uninterrupted.step();
    }
    assert_ne!(first, uninterrupted.bits());

    // Saved once, restored into other memory.
    let mut once = flash::<O>();
    let mut training = Training::new(optimizer.clone());
    for _ in 0..25 {
        training.step();
    }
    assert!(training.save(&mut once));
    let mut resumed = Training::restore(optimizer.clone(), &mut once);
    assert_eq!((resumed.bits(), resumed.step), (training.bits(), 25));
    for _ in 25..60 {
        resumed.step();
    }
    assert_eq!(resumed.bits(), uninterrupted.bits());

    // Saved every four steps; power is cut in two saves of three, wherever.
    let mut flash = flash::<O>();
    let mut training = Training::new(optimizer.clone());
    let random = Random::new(1, Purpose::Synthesise);
    let (mut saves, mut cuts) = (0, 0);
    while training.step < 60 {
        training.step();
        if !training.step.is_multiple_of(4) {
            continue;
        }
        let mut whole = flash.clone();
        assert!(training.save(&mut whole));
        let operations = whole.operations - flash.operations;
        if random.below(3, 0, saves, 0) > 0 {
            let operation = random.below(operations as u32, 1, saves, 0) as usize;
            let tear = random.below(TEARS.len() as u32, 2, saves, 0) as usize;
            flash.cut(operation, TEARS[tear]);
            assert!(!training.save(&mut flash));
            assert!(flash.power_on());
            training = Training::restore(optimizer.clone(), &mut flash);
            cuts += 1;
        } else {
            flash = whole;
        }
        saves += 1;
    }
    assert!(cuts > 20, "{cuts} cuts in {saves} saves");
    assert_eq!(training.bits(), uninterrupted.bits());
}

#[test]
fn descent() {
    same_bits(Descent { weight_decay: 0.01 });
}

#[test]
fn momentum() {
    same_bits(Sgd::default());
}

#[test]
fn adam() {
    same_bits(Adam::default());
}

/// That the comparison above can fail: without the counters, Adam goes on differently.
#[test]
fn counters_count() {
    let mut flash = flash::<Adam>();
    let mut training = Training::new(Adam::default());
    for _ in 0..25 {
        training.step();
    }
    assert!(training.save(&mut flash));
    let mut resumed = Training::restore(Adam::default(), &mut flash);
    resumed.optimizer = Adam::default();
    training.step();
    resumed.step();
    assert_ne!(training.parameters, resumed.parameters);
}
