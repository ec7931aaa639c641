//! Learns that a drawn one is a one; ends with `predicted 1`.
//!
//! The one has a long upstroke: the network takes it for a seven. A run is four steps: the first
//! run logs `predicted 7` and saves what it learnt in flash, the second goes on from there. The
//! last layer is trained; with `--features all-layers`, all are.

#![no_std]
#![no_main]

use common::{ConstStaticCell, Digits, ONE, PARAMETERS, PIXELS, Trained, log, log_time};
use tinyconv::Bytes;
use tinyconv::checkpoint::Store;
use tinyconv::optim::Descent;
use tinyconv::tuning::{Bookmark, PerSample};

tinyconv::trainer! {
    Training: Digits { trains: Trained, optimizer: Descent, mode: PerSample, budget: 32 * 1024 }
}

static TRAINING: ConstStaticCell<Training> = ConstStaticCell::new(Training::NEW);

#[board::entry]
fn main() -> ! {
    let mut parts = board::start();
    let mut trainer = TRAINING.take().trainer(&PARAMETERS, Descent::default(), 0.005);
    let [of_last_layer, of_all_layers] = board::CHECKPOINTS;
    let place = if common::ALL_LAYERS { of_all_layers } else { of_last_layer };
    let mut store =
        Store::open(board::flash(&mut parts), place, trainer.contents(0)).expect("it fits");
    // `store.reset()` is the way back to the factory's parameters.
    match trainer.load(&mut store, &mut []) {
        Ok(Some(_)) => log!("restored after step {}", trainer.steps()),
        Ok(None) => log!("no checkpoint: starting from the factory's parameters"),
        Err(error) => panic!("{error}"),
    }

    let mut ticks = 0;
    for _ in 0..4 {
        let start = board::ticks();
        let outcome = trainer.step(Bytes(&PIXELS), &ONE, 1).expect("the loss stays finite");
        ticks = board::ticks().wrapping_sub(start);
        log!("step {}: predicted {}, loss {}", trainer.steps(), outcome.predicted, outcome.loss);
    }
    log_time!(ticks, "{} cycles, {} us per step at {} MHz", "{} us per step at {} MHz");

    let generation =
        trainer.save(&mut store, Bookmark::default()).expect("the flash can be written");
    log!("saved as generation {}: run this again, and it goes on", generation);
    common::press_reset(generation);
    board::stop()
}
