//! A trainer saves itself and goes on from it: the bits of training that was not interrupted.

use tinyconv::checkpoint::{CheckpointError, Progress, Sections, Store};
use tinyconv::optim::{Adam, Optimizer};
use tinyconv::tuning::{
    All, Blocks, Bookmark, Last, Memory, MiniBatch, Mode, Part, PerSample, Trainer,
};
use tinyconv::{Bytes, Init, Network, Purpose, Random, network};

use super::flash::Flash;

network! {
    Small: 1 x 8 x 7 {
        Conv2d { out: 3, kernel: 3 }, Relu, MaxPool2d { size: 2 },
        Dense { out: 4 }, Tanh,
        Dense { out: 3 },
    }
}

const SEED: u64 = 11;
static TABLE: [f32; 256] = Bytes::table(0.0, 255.0);

type Device<'a, P, O, M> = Trainer<'a, Small, P, O, M>;

fn factory(seed: u64) -> Vec<f32> {
    let mut parameters = vec![0.0; Small::PARAMS];
    <Small as Network>::init(Init::HeUniform, seed, &mut parameters);
    parameters
}

/// The RAM of a device that was just switched on.
fn with_trainer<P: Part<Small>, O: Optimizer, M: Mode, R>(
    optimizer: O,
    factory: &[f32],
    run: impl FnOnce(&mut Device<'_, P, O, M>) -> R,
) -> R {
    let memory = Memory::of::<Small, P, O, M>();
    let floats = |bytes: usize| vec![f32::NAN; bytes / 4];
    let blocks = Blocks {
        parameters: &mut floats(memory.parameters),
        gradients: &mut floats(memory.gradients),
        states: &mut floats(memory.states),
        elements: &mut floats(memory.scratch),
        choices: &mut vec![0; memory.choices],
    };
    run(&mut Trainer::new(factory, blocks, optimizer, 0.05).unwrap())
}

fn train<P: Part<Small>, O: Optimizer, M: Mode>(
    trainer: &mut Device<'_, P, O, M>,
    samples: std::ops::Range<u32>,
) {
    let random = Random::new(SEED, Purpose::Synthesise);
    for sample in samples {
        let pixel = |row: usize, column: usize| {
            random.below(256, sample, 0, (row * 7 + column) as u32) as u8
        };
        let image = [core::array::from_fn(|row| core::array::from_fn(|column| pixel(row, column)))];
        trainer.step(Bytes(&TABLE), &image, (sample % 3) as u16).unwrap();
    }
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// 48 samples in one go, and with the power cut after 32 that were saved and some that were not.
fn check<P: Part<Small>, O: Optimizer + Clone, M: Mode>(optimizer: O) {
    let factory = factory(1);
    let uninterrupted = with_trainer::<P, O, M, _>(optimizer.clone(), &factory, |trainer| {
        train(trainer, 0..48);
        (bits(trainer.parameters()), bits(trainer.states()), trainer.steps())
    });

    let mut flash = Flash::<4, 4, 256>::new(64, false);
    let range = 0..64 * 256;
    with_trainer::<P, O, M, _>(optimizer.clone(), &factory, |trainer| {
        let mut store = Store::open(&mut flash, range.clone(), trainer.contents(2)).unwrap();
        assert_eq!(trainer.load(&mut store, &mut [0; 2]), Ok(None));
        train(trainer, 0..32);
        trainer.save(&mut store, Bookmark { seed: SEED, sample: 32, user: b"xy" }).unwrap();
        train(trainer, 32..39);
    });
    with_trainer::<P, O, M, _>(optimizer, &factory, |trainer| {
        let mut store = Store::open(&mut flash, range, trainer.contents(2)).unwrap();
        let mut user = [0; 2];
        let restored = trainer.load(&mut store, &mut user).unwrap().unwrap();
        assert_eq!((restored.progress.seed, &user), (SEED, b"xy"));
        train(trainer, restored.progress.sample..48);
        let resumed = (bits(trainer.parameters()), bits(trainer.states()), trainer.steps());
        assert_eq!(resumed, uninterrupted);
    });
}

#[test]
fn a_trainer_goes_on_where_it_was_saved() {
    check::<All, Adam, PerSample>(Adam::default());
    check::<Last<2>, Adam, MiniBatch<4>>(Adam::default());
    check::<Last<1>, tinyconv::optim::Descent, MiniBatch<16>>(Default::default());
}

#[test]
fn an_incomplete_batch_is_not_saved() {
    let factory = factory(1);
    with_trainer::<All, Adam, MiniBatch<4>, _>(Adam::default(), &factory, |trainer| {
        let mut flash = Flash::<4, 4, 256>::new(64, false);
        let mut store = Store::open(&mut flash, 0..64 * 256, trainer.contents(0)).unwrap();
        train(trainer, 0..6);
        let saved = trainer.save(&mut store, Bookmark { seed: SEED, sample: 6, user: &[] });
        assert_eq!(saved, Err(CheckpointError::WithinBatch { pending: 2 }));
        train(trainer, 6..8);
        assert_eq!(trainer.save(&mut store, Bookmark { seed: SEED, sample: 8, user: &[] }), Ok(1));
    });
}

/// What was learnt on top of other frozen parameters, or by another part, is not taken.
#[test]
fn checkpoints_of_another_trainer_are_refused() {
    let mut flash = Flash::<4, 4, 256>::new(64, false);
    let range = 0..64 * 256;
    with_trainer::<Last<1>, Adam, PerSample, _>(Adam::default(), &factory(1), |trainer| {
        let mut store = Store::open(&mut flash, range.clone(), trainer.contents(0)).unwrap();
        train(trainer, 0..3);
        trainer.save(&mut store, Bookmark { seed: SEED, sample: 3, user: &[] }).unwrap();
    });
    with_trainer::<Last<1>, Adam, PerSample, _>(Adam::default(), &factory(2), |trainer| {
        let before = bits(trainer.parameters());
        let mut store = Store::open(&mut flash, range.clone(), trainer.contents(0)).unwrap();
        let loaded = trainer.load(&mut store, &mut []);
        assert!(matches!(loaded, Err(CheckpointError::OtherNetwork { .. })), "{loaded:?}");
        assert_eq!(bits(trainer.parameters()), before);
    });
    with_trainer::<Last<2>, Adam, PerSample, _>(Adam::default(), &factory(1), |trainer| {
        let before = bits(trainer.parameters());
        let mut store = Store::open(&mut flash, range, trainer.contents(0)).unwrap();
        assert!(trainer.load(&mut store, &mut []).is_err());
        assert_eq!((bits(trainer.parameters()), trainer.steps()), (before, 0));
    });
}

/// Whatever is in flash: a trainer's numbers stay finite, and the next save brings it out of there.
#[test]
fn a_checkpoint_without_numbers_is_refused() {
    let factory = factory(1);
    with_trainer::<All, Adam, PerSample, _>(Adam::default(), &factory, |trainer| {
        train(trainer, 0..3);
        let (parameters, states) = (trainer.parameters().to_vec(), trainer.states().to_vec());
        let count = parameters.len();
        for index in [0, count - 1, count, 3 * count - 1, 3 * count, 3 * count + 1] {
            let mut numbers = [&parameters[..], &states[..], &[0.5, 0.5]].concat();
            numbers[index] = if index % 2 == 0 { f32::NAN } else { f32::INFINITY };
            let mut flash = Flash::<4, 4, 256>::new(64, false);
            let mut store = Store::open(&mut flash, 0..64 * 256, trainer.contents(0)).unwrap();
            let counters = [numbers[3 * count], numbers[3 * count + 1]];
            let sections = Sections {
                parameters: &numbers[..count],
                states: &numbers[count..3 * count],
                user: &[],
            };
            store.save(Progress { counters, ..Progress::default() }, sections).unwrap();
            let error = CheckpointError::NotFinite { index };
            assert_eq!(trainer.load(&mut store, &mut []), Err(error));
            assert_eq!(bits(trainer.parameters()), bits(&factory));
            assert!(trainer.states().iter().all(|state| *state == 0.0));
            assert_eq!(trainer.save(&mut store, Bookmark::default()), Ok(2));
            assert!(trainer.load(&mut store, &mut []).unwrap().is_some());
        }
    });
}
