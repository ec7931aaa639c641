//! A board that learns and saves, on the host: its flash is what a programmer would read.

use std::convert::Infallible;

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use host_tools::training::OwnedBlocks;
use tinyconv::checkpoint::Store;
use tinyconv::model_file::ModelFile;
use tinyconv::optim::{Descent, Optimizer};
use tinyconv::tuning::{Part, PerSample, Trainer};
use tinyconv::{Direct, InputOf, Network, Shape};

/// Bytes of an erase unit.
pub const UNIT: usize = 1024;

/// Flash, all of it for checkpoints.
pub struct Flash(pub Vec<u8>);

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
    const ERASE_SIZE: usize = UNIT;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Infallible> {
        self.0[from as usize..to as usize].fill(0xff);
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.0[offset as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}

/// What a board with `units` of flash has in it after it took `saves` steps from the model file `base`
/// and saved after each one; and all parameters then.
pub fn learns<N: Network, P: Part<N>, O: Optimizer + Default>(
    base: &[u8],
    units: usize,
    saves: u32,
) -> (Vec<u8>, Vec<f32>) {
    let factory: Vec<f32> = ModelFile::parse(base).unwrap().parameters().collect();
    let mut owned = OwnedBlocks::new::<N, P, O, PerSample>();
    let blocks = owned.blocks();
    let mut trainer =
        Trainer::<N, P, O, PerSample>::new(&factory, blocks, O::default(), 0.01).unwrap();
    let mut flash = Flash(vec![0xff; units * UNIT]);
    let range = 0..(units * UNIT) as u32;
    let mut store = Store::open(&mut flash, range, trainer.contents(8)).unwrap();
    let image = vec![0.5; N::INPUT_LEN];
    for save in 0..saves {
        trainer.step(Direct, InputOf::<N>::view(&image), 3).unwrap();
        trainer.save(&mut store, 1, save, b"user").unwrap();
    }
    let parameters = [&factory[..P::FROZEN_PARAMS], trainer.parameters()].concat();
    (flash.0, parameters)
}

/// The same with plain descent.
pub fn descends<N: Network, P: Part<N>>(
    base: &[u8],
    units: usize,
    saves: u32,
) -> (Vec<u8>, Vec<f32>) {
    learns::<N, P, Descent>(base, units, saves)
}
