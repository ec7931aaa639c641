//! ESP32-C3-DevKit: learns that a drawn one is a one; ends with `predicted 1`.
//!
//! The one has a long upstroke: the network takes it for a seven. A run is four steps: the first
//! run logs `predicted 7` and saves what it learnt in flash, the second goes on from there. The
//! last layer is trained; with `--features all-layers`, all are.

#![no_std]
#![no_main]

use core::ops::Range;

use defmt::info;
use esp_backtrace as _;
use esp_hal::clock::CpuClock;
use esp_hal::time::Instant;
use esp_println as _;
use esp_storage::FlashStorage;
use esp32_c3::{Digits, ONE, PARAMETERS, PIXELS};
use static_cell::ConstStaticCell;
use tinyconv::Bytes;
use tinyconv::checkpoint::Store;
use tinyconv::optim::Descent;
use tinyconv::tuning::{Bookmark, PerSample};

#[cfg(not(feature = "all-layers"))]
type Trained = tinyconv::tuning::Last<1>;
#[cfg(feature = "all-layers")]
type Trained = tinyconv::tuning::All;

tinyconv::trainer! {
    Training: Digits { trains: Trained, optimizer: Descent, mode: PerSample, budget: 32 * 1024 }
}

/// The end of the flash, which partitions.csv keeps free.
const CHECKPOINTS: Range<u32> =
    if cfg!(feature = "all-layers") { 0x3f_0000..0x40_0000 } else { 0x3e_0000..0x3f_0000 };

static TRAINING: ConstStaticCell<Training> = ConstStaticCell::new(Training::NEW);

esp_bootloader_esp_idf::esp_app_desc!();

#[esp_hal::main]
fn main() -> ! {
    let board = esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));

    let mut trainer = TRAINING.take().trainer(&PARAMETERS, Descent::default(), 0.005);
    let mut store = Store::open(FlashStorage::new(board.FLASH), CHECKPOINTS, trainer.contents(0))
        .expect("it fits");
    // `store.reset()` is the way back to the factory's parameters.
    match trainer.load(&mut store, &mut []) {
        Ok(Some(_)) => info!("restored after step {}", trainer.steps()),
        Ok(None) => info!("no checkpoint: starting from the factory's parameters"),
        Err(error) => panic!("{error}"),
    }

    let mut time = 0;
    for _ in 0..4 {
        let start = Instant::now();
        let outcome = trainer.step(Bytes(&PIXELS), &ONE, 1).expect("the loss stays finite");
        time = start.elapsed().as_micros();
        info!("step {}: predicted {}, loss {}", trainer.steps(), outcome.predicted, outcome.loss);
    }
    info!("{} us per step at 160 MHz", time);

    let generation =
        trainer.save(&mut store, Bookmark::default()).expect("the flash can be written");
    info!("saved as generation {}: run this again, and it goes on", generation);
    loop {
        core::hint::spin_loop();
    }
}
