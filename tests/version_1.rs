//! Files of the first version, which older releases wrote, are read and restored.
//!
//! `tests/data/version-1/write.rs` wrote a model file with every kind of layer, and the flash of a board that
//! was in the middle of its training; the model files in `tests/data` are as old.

use core::convert::Infallible;

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use tinyconv::checkpoint::{CheckpointError, Store};
use tinyconv::model_file::{self, ModelFile, ModelFileError, Normalisation, Training};
use tinyconv::optim::Adam;
use tinyconv::tuning::{Bookmark, Last, MiniBatch, checksum};
use tinyconv::{Direct, Init, Network, network};

include!("data/version-1/networks.rs");

static EVERY_KIND: &[u8] = include_bytes!("data/version-1/every-kind.tinyconv");
static FLASH: &[u8] = include_bytes!("data/version-1/learner.flash");
static DIGITS: &[u8] = include_bytes!("data/digits.tinyconv");
static DIGITS_TINY: &[u8] = include_bytes!("data/digits-tiny.tinyconv");

/// What the program printed.
const EVERY_KIND_FINGERPRINT: u64 = 0xaecd_e209_92be_986e;
const LEARNER_FINGERPRINT: u64 = 0xf7b5_4f32_2026_6eaf;
const SAVED: u32 = 0x35fd_6eab;
const TWELVE_SAMPLES_LATER: u32 = 0x181c_cf53;

#[test]
fn a_model_file_with_every_kind_of_layer() {
    let model = ModelFile::parse(EVERY_KIND).unwrap();
    assert_eq!(model.fingerprint, EVERY_KIND_FINGERPRINT);
    assert_eq!(EveryKind::FINGERPRINT, EVERY_KIND_FINGERPRINT);
    assert_eq!((model.name, model.input), (EveryKind::NAME, EveryKind::INPUT));
    assert_eq!(model.layers.as_slice(), EveryKind::LAYERS);
    assert_eq!(model.labels.as_slice(), ["eins", "zwei", "drei", "vier", "fünf"]);
    assert_eq!(model.normalisation, Normalisation { mean: 0.5, deviation: 2.0 }.into());
    assert_eq!(model.data, "");
    let training =
        Training { epochs: 3, batch: 32, seed: 11, learning_rate: 0.25, test_accuracy: 0.75 };
    assert_eq!(model.training, training);
    // They are drawn today as they were then.
    let mut drawn = [0.0; EveryKind::PARAMS];
    <EveryKind as Network>::init(Init::GlorotUniform, 11, &mut drawn);
    let mut read = [0.0; EveryKind::PARAMS];
    model_file::load::<EveryKind>(EVERY_KIND, &mut read).unwrap();
    assert_eq!(read.map(f32::to_bits), drawn.map(f32::to_bits));
    // And written with the same bytes, but for what version 2 has more: the number of normalisations, and an empty
    // description of the data.
    let mut buffer = vec![0; EVERY_KIND.len() + 2];
    let written = model.write(&mut buffer).unwrap();
    let (head, rest) = EVERY_KIND.split_at(8);
    let (old, checksum) = rest[2..].split_at(rest.len() - 2 - 4);
    let normalisation = [0.5f32, 2.0].map(f32::to_le_bytes).concat();
    let at = old.windows(8).position(|bytes| bytes == normalisation).unwrap();
    // Before the parameters, their length in two bytes of seven bits.
    let end = old.len() - 4 * EveryKind::PARAMS - 2;
    let new = [head, &2u16.to_le_bytes(), &old[..at], &[1], &old[at..end], &[0], &old[end..]];
    assert_eq!(written[..written.len() - checksum.len()], new.concat());
    assert_eq!(ModelFile::parse(written).unwrap(), model);
}

network! {
    Digits: 1 x 28 x 28 {
        conv1: Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}

#[test]
fn the_models_of_the_repository() {
    let mut params = [0.0; Digits::PARAMS];
    model_file::load::<Digits>(DIGITS, &mut params).unwrap();
    assert!(params.iter().all(|param| param.is_finite()));
    assert_eq!(
        model_file::load::<Digits>(DIGITS_TINY, &mut params),
        Err(ModelFileError::OtherNetwork)
    );
    let fingerprint = |file| ModelFile::parse(file).unwrap().fingerprint;
    assert_eq!(fingerprint(DIGITS), Digits::FINGERPRINT);
    assert_eq!(
        [DIGITS, DIGITS_TINY].map(fingerprint),
        [0x3e83_469e_6a84_4f6d, 0xe3e2_6dea_23a4_05b7]
    );
}

tinyconv::trainer! { Head: Learner { trains: Last<2>, optimizer: Adam, mode: MiniBatch<3> } }

struct Flash(Vec<u8>);

impl ErrorType for Flash {
    type Error = Infallible;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&self.0[offset as usize..][..bytes.len()]);
        Ok(())
    }
    fn capacity(&self) -> usize {
        self.0.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 512;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Infallible> {
        self.0[from as usize..to as usize].fill(0xff);
        Ok(())
    }
    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.0[offset as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}

/// The training goes on where it was, and gives the bits that it would have given then.
#[test]
fn the_flash_of_a_board() {
    assert_eq!(Learner::FINGERPRINT, LEARNER_FINGERPRINT);
    let mut factory = [0.0; Learner::PARAMS];
    <Learner as Network>::init(Init::HeUniform, 12, &mut factory);
    let mut memory = Head::NEW;
    let mut trainer = memory.trainer(&factory, Adam::default(), 0.0625);
    let range = 1024..8192;
    let mut store = Store::open(Flash(FLASH.to_vec()), range, trainer.contents(4)).unwrap();
    let mut user = [0; 4];
    let restored = trainer.load(&mut store, &mut user).unwrap().expect("a checkpoint");
    assert_eq!((restored.generation, &user), (2, b"save"));
    // That version did not mark what is complete.
    assert!(restored.unfinished && !restored.fell_back);
    assert_eq!((restored.progress.seed, restored.progress.sample), (7, 9));
    assert_eq!((trainer.steps(), checksum(trainer.parameters())), (3, SAVED));
    for sample in 9..21 {
        let image = [core::array::from_fn(|row| {
            core::array::from_fn(|column| ((sample + row * 5 + column * 3) % 8) as f32 / 8.0)
        })];
        trainer.step(Direct, &image, (sample % 3) as u16).unwrap();
    }
    assert_eq!(checksum(trainer.parameters()), TWELVE_SAMPLES_LATER);

    // The next save is marked.
    assert_eq!(trainer.save(&mut store, Bookmark::default()), Ok(3));
    let restored = trainer.load(&mut store, &mut user).unwrap().expect("a checkpoint");
    assert!(restored.generation == 3 && !restored.unfinished);
    assert_eq!(checksum(trainer.parameters()), TWELVE_SAMPLES_LATER);
}

/// What was learnt on top of other frozen parameters is refused.
#[test]
fn the_flash_of_another_board() {
    let factory = [0.5; Learner::PARAMS];
    let mut memory = Head::NEW;
    let trainer = memory.trainer(&factory, Adam::default(), 0.0625);
    let opened = Store::open(Flash(FLASH.to_vec()), 1024..8192, trainer.contents(4));
    let mut store = opened.unwrap();
    let mut memory = Head::NEW;
    let mut trainer = memory.trainer(&factory, Adam::default(), 0.0625);
    let refused = trainer.load(&mut store, &mut [0; 4]);
    assert!(matches!(refused, Err(CheckpointError::OtherNetwork { .. })), "{refused:?}");
}
