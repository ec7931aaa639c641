//! Trains a step per sample, as `train` does, saves twice on the way, and prints the flash that it saved to: what a
//! programmer would read from a board.
//!
//! Output: per step `step <index> <bits of the loss>`, `parameters <checksum>`, then `flash <bytes>` in hexadecimal,
//! line by line.

#![no_std]
#![no_main]

use firmware::exit::exit_success;
use firmware::flash::{Flash, UNIT};
use firmware::model::PARAMETERS;
use firmware::samples::{PIXELS, images, labels};
use firmware::training::{LEARNING_RATE, Samples};
use firmware::{entry, memory};
use semihosting::{print, println};
use tinyconv::Bytes;
use tinyconv::checkpoint::Store;
use tinyconv::optim::Descent;
use tinyconv::tuning::{Bookmark, checksum};

const STEPS: usize = 200;
/// Bytes of the flash.
const LENGTH: usize = 16 * UNIT;
/// Steps from one save to the next.
const SAVED: usize = 100;

#[entry]
fn main() -> ! {
    let flash = memory!(Flash<LENGTH>, Flash::ERASED);
    let mut trainer =
        memory!(Samples, Samples::NEW).trainer(&PARAMETERS, Descent::default(), LEARNING_RATE);
    let mut store = Store::open(&mut *flash, 0..LENGTH as u32, trainer.contents(0)).unwrap();
    let samples = images().iter().zip(labels()).cycle().take(STEPS);
    for (index, (image, label)) in samples.enumerate() {
        let outcome = trainer.step(Bytes(&PIXELS), image, label).unwrap();
        println!("step {index} {:08x}", outcome.loss.to_bits());
        if (index + 1) % SAVED == 0 {
            let bookmark = Bookmark { seed: 1, sample: index as u32, user: &[] };
            trainer.save(&mut store, bookmark).unwrap();
        }
    }
    println!("parameters {:08x}", checksum(trainer.parameters()));
    for bytes in flash.0.chunks(64) {
        print!("flash ");
        for byte in bytes {
            print!("{byte:02x}");
        }
        println!();
    }
    exit_success()
}
