//! Wrote the files beside it, with the library as it was at commit bae57a1, the last one before layers
//! became types and values: there, this file lay in `examples/`, and `networks.rs` beside it.
//!
//!     cargo run --example write --features "model-file checkpoint" -- tests/data/version-1

use core::convert::Infallible;
use std::{env, fs};

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use tinyconv::checkpoint::Store;
use tinyconv::model_file::{ModelFile, Normalisation, Training};
use tinyconv::optim::Adam;
use tinyconv::tuning::{Last, MiniBatch, checksum};
use tinyconv::{Direct, Init, Network};

include!("networks.rs");

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

fn main() {
    let folder = env::args().nth(1).expect("a folder");

    let mut params = vec![0.0; EveryKind::PARAMS];
    <EveryKind as Network>::init(Init::GlorotUniform, 11, &mut params);
    let bytes: Vec<u8> = params.iter().flat_map(|param| param.to_le_bytes()).collect();
    let model = ModelFile::new(
        EveryKind::NAME,
        EveryKind::INPUT,
        EveryKind::LAYERS,
        Normalisation { mean: 0.5, deviation: 2.0 },
        &["eins", "zwei", "drei", "vier", "fünf"],
        Training { epochs: 3, batch: 32, seed: 11, learning_rate: 0.25, test_accuracy: 0.75 },
        &bytes,
    );
    let mut buffer = vec![0; 8192];
    let file = model.expect("a network").write(&mut buffer).expect("room for it");
    fs::write(format!("{folder}/every-kind.tinyconv"), file).expect("written");

    let mut factory = [0.0; Learner::PARAMS];
    <Learner as Network>::init(Init::HeUniform, 12, &mut factory);
    let mut memory = Head::NEW;
    let mut trainer = memory.trainer(&factory, Adam::default(), 0.0625);
    let learn = |trainer: &mut tinyconv::tuning::Trainer<'_, _, _, _, _>, samples| {
        for sample in samples {
            let image = [core::array::from_fn(|row| {
                core::array::from_fn(|column| ((sample + row * 5 + column * 3) % 8) as f32 / 8.0)
            })];
            trainer.step(Direct, &image, (sample % 3) as u8).expect("finite numbers");
        }
        checksum(trainer.parameters())
    };
    let saved = learn(&mut trainer, 0..9);
    // Two generations: the newer one counts.
    let mut store = Store::open(Flash(vec![0xff; 8192]), 1024..8192, trainer.contents(4)).unwrap();
    trainer.save(&mut store, 1, 2, b"once").unwrap();
    trainer.save(&mut store, 7, 9, b"save").unwrap();
    fs::write(format!("{folder}/learner.flash"), &store.release().0).expect("written");
    let later = learn(&mut trainer, 9..21);
    println!("fingerprint {:#018x}", EveryKind::FINGERPRINT);
    println!("fingerprint {:#018x}", Learner::FINGERPRINT);
    println!("saved {saved:#010x}, twelve samples later {later:#010x}");
}
