//! nRF52840-DK: learns that a drawn one is a one; ends with `predicted 1`.
//!
//! The one has a long upstroke: the network takes it for a seven. A run is four steps: the first
//! run logs `predicted 7` and saves what it learnt in flash, the second goes on from there. The
//! last layer is trained; with `--features all-layers`, all are.

#![no_std]
#![no_main]

use core::ops::Range;

use cortex_m::peripheral::DWT;
use cortex_m_semihosting::debug;
use defmt::info;
use defmt_rtt as _;
use embassy_nrf::nvmc::Nvmc;
use nrf52840_dk::{Digits, ONE, PARAMETERS, PIXELS};
use panic_probe as _;
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

/// The end of the flash, which memory.x keeps free.
const CHECKPOINTS: Range<u32> =
    if cfg!(feature = "all-layers") { 0xf_0000..0x10_0000 } else { 0xe_0000..0xf_0000 };

#[cortex_m_rt::entry]
fn main() -> ! {
    static mut TRAINING: Training = Training::NEW;

    let board = embassy_nrf::init(Default::default());
    let mut core = cortex_m::Peripherals::take().expect("taken here only");
    core.DCB.enable_trace();
    core.DWT.enable_cycle_counter();

    let mut trainer = TRAINING.trainer(&PARAMETERS, Descent::default(), 0.005);
    let mut store =
        Store::open(Nvmc::new(board.NVMC), CHECKPOINTS, trainer.contents(0)).expect("it fits");
    // `store.reset()` is the way back to the factory's parameters.
    match trainer.load(&mut store, &mut []) {
        Ok(Some(_)) => info!("restored after step {}", trainer.steps()),
        Ok(None) => info!("no checkpoint: starting from the factory's parameters"),
        Err(error) => panic!("{error}"),
    }

    let mut cycles = 0;
    for _ in 0..4 {
        let start = DWT::cycle_count();
        let outcome = trainer.step(Bytes(&PIXELS), &ONE, 1).expect("the loss stays finite");
        cycles = DWT::cycle_count().wrapping_sub(start);
        info!("step {}: predicted {}, loss {}", trainer.steps(), outcome.predicted, outcome.loss);
    }
    info!("{} cycles, {} us per step at 64 MHz", cycles, cycles / 64);

    let generation =
        trainer.save(&mut store, Bookmark::default()).expect("the flash can be written");
    info!("saved as generation {}: run this again, and it goes on", generation);
    defmt::flush();
    // Ends `cargo run`; without a debug probe, the processor stops here.
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
