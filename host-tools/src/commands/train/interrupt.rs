//! Ctrl-C: once to stop with a model, twice to stop at once.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::commands::unexpected::Unexpected;

static ASKED: AtomicBool = AtomicBool::new(false);

/// What shells report for a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// From now on, the first Ctrl-C is only noted.
pub fn listen() -> Result<(), Unexpected> {
    ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED);
        }
    })
    .map_err(Unexpected::Signal)
}

/// Whether the user wants to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
