//! STM32F4 Discovery (STM32F407): learns that a drawn one is a one; ends with `predicted 1`.
//!
//! The one has a long upstroke: the network takes it for a seven. A run is four steps: the first
//! run logs `predicted 7` and saves what it learnt in flash, the second goes on from there. The
//! last layer is trained; with `--features all-layers`, all are.

#![no_std]
#![no_main]

use cortex_m::peripheral::DWT;
use defmt_rtt as _;
#[cfg(not(feature = "qemu"))]
use panic_probe as _;
#[cfg(feature = "qemu")]
use panic_semihosting as _;
use stm32f4_discovery::board::{self, CHECKPOINTS, MHZ};
use stm32f4_discovery::{Digits, ONE, PARAMETERS, PIXELS, log};
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

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut TRAINING: Training = Training::NEW;

    let mut flash = board::start();
    let mut trainer = TRAINING.trainer(&PARAMETERS, Descent::default(), 0.005);
    let mut store = Store::open(board::unlocked(&mut flash), CHECKPOINTS, trainer.contents(0))
        .expect("it fits");
    // `store.reset()` is the way back to the factory's parameters.
    match trainer.load(&mut store, &mut []) {
        Ok(Some(_)) => log!("restored after step {}", trainer.steps()),
        Ok(None) => log!("no checkpoint: starting from the factory's parameters"),
        Err(error) => panic!("{error}"),
    }

    let mut cycles = 0;
    for _ in 0..4 {
        let start = DWT::cycle_count();
        let outcome = trainer.step(Bytes(&PIXELS), &ONE, 1).expect("the loss stays finite");
        cycles = DWT::cycle_count().wrapping_sub(start);
        log!("step {}: predicted {}, loss {}", trainer.steps(), outcome.predicted, outcome.loss);
    }
    // QEMU's counter stands still.
    if cycles > 0 {
        log!("{} cycles, {} us per step at {} MHz", cycles, cycles / MHZ, MHZ);
    }

    let generation =
        trainer.save(&mut store, Bookmark::default()).expect("the flash can be written");
    log!("saved as generation {}: run this again, and it goes on", generation);
    // QEMU has no button to press.
    #[cfg(feature = "qemu")]
    if generation == 1 {
        cortex_m::peripheral::SCB::sys_reset();
    }
    board::stop()
}
