//! A board that learns and saves, on the host: its flash is what a programmer would read.

#[path = "../../../tests/firmware/src/flash.rs"]
mod flash;

use host_tools::training::OwnedBlocks;
use tinyconv::checkpoint::Store;
use tinyconv::model_file::ModelFile;
use tinyconv::optim::{Descent, Optimizer};
use tinyconv::tuning::{Bookmark, Part, PerSample, Trainer};
use tinyconv::{Direct, InputOf, Network, Shape};

use flash::Flash;
pub use flash::UNIT;

/// What a board with `LENGTH` bytes of flash has in it after it took `saves` steps from the model file `base`
/// and saved after each one; and all parameters then.
pub fn learns<N: Network, P: Part<N>, O: Optimizer + Default, const LENGTH: usize>(
    base: &[u8],
    saves: u32,
) -> (Vec<u8>, Vec<f32>) {
    let factory: Vec<f32> = ModelFile::parse(base).unwrap().parameters().collect();
    let mut owned = OwnedBlocks::new::<N, P, O, PerSample>();
    let blocks = owned.blocks();
    let mut trainer =
        Trainer::<N, P, O, PerSample>::new(&factory, blocks, O::default(), 0.01).unwrap();
    let mut flash = Box::new(Flash::<LENGTH>::ERASED);
    let mut store = Store::open(&mut *flash, 0..LENGTH as u32, trainer.contents(8)).unwrap();
    let image = vec![0.5; N::INPUT_LEN];
    for save in 0..saves {
        trainer.step(Direct, InputOf::<N>::view(&image), 3).unwrap();
        trainer.save(&mut store, Bookmark { seed: 1, sample: save, user: b"user" }).unwrap();
    }
    let parameters = [&factory[..P::FROZEN_PARAMS], trainer.parameters()].concat();
    (flash.0.to_vec(), parameters)
}

/// The same with plain descent.
pub fn descends<N: Network, P: Part<N>, const LENGTH: usize>(
    base: &[u8],
    saves: u32,
) -> (Vec<u8>, Vec<f32>) {
    learns::<N, P, Descent, LENGTH>(base, saves)
}
