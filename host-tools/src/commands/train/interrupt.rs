//! Ctrl-C and SIGTERM: once to stop with a model, twice to stop at once.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::commands::unexpected::Unexpected;

static ASKED: AtomicBool = AtomicBool::new(false);

/// What shells report for a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// From now on, the first Ctrl-C is only noted, and so is the first SIGTERM: a job scheduler's, a
/// container's, a machine's that shuts down.
pub fn listen() -> Result<(), Unexpected> {
    ctrlc::set_handler(|| ask(INTERRUPTED)).map_err(Unexpected::Signal)?;
    #[cfg(unix)]
    terminations()?;
    Ok(())
}

/// Waits for SIGTERM beside the run. Not for SIGHUP: `nohup` has it ignored, and it stays ignored.
#[cfg(unix)]
fn terminations() -> Result<(), Unexpected> {
    use signal_hook::consts::SIGTERM;
    use signal_hook::iterator::Signals;

    /// What shells report for a program that SIGTERM ended.
    const TERMINATED: i32 = 128 + SIGTERM;

    let mut signals = Signals::new([SIGTERM]).map_err(Unexpected::Termination)?;
    let wait = move || signals.forever().for_each(|_| ask(TERMINATED));
    std::thread::Builder::new().spawn(wait).map_err(Unexpected::Termination)?;
    Ok(())
}

/// Notes that the user wants to stop; the second time, ends the program.
fn ask(code: i32) {
    if ASKED.swap(true, Ordering::Relaxed) {
        process::exit(code);
    }
}

/// Whether the user wants to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
