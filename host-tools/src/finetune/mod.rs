//! Fine-tuning as a device does it, on the host: the same samples in the same order through the same
//! [`Trainer`](tinyconv::tuning::Trainer), so that a board's accuracy, losses and parameters are
//! known before anything is flashed.
//!
//! A session, here and in the firmware of `examples/qemu-mps2`:
//!
//! 1. Count the correct answers on the held images of both hands, and on those for checking.
//! 2. For each epoch, from 0: put the shown samples into the order that
//!    `Random::new(seed, Purpose::Shuffle).shuffle(epoch, ..)` gives. For each `position` in it,
//!    train with the sample, then with sample
//!    `Random::new(seed, Purpose::Replay).below(samples, epoch, position, 0)` of the old hand, if
//!    there are any. The epoch's loss is a [`RunningLoss`](tinyconv::tuning::RunningLoss) of the
//!    shown samples.
//! 3. After each epoch, count again on the images for checking; a
//!    [`Gate`](tinyconv::tuning::Gate) keeps the parameters or goes back to the best so far.
//! 4. At the end, take the best, and count on the held images, which nothing has depended on.

mod error;
mod given;
mod options;
mod outcome;
mod samples;
mod session;
mod trains;
mod tuner;

pub use error::FinetuneError;
pub use options::FinetuneOptions;
pub use outcome::{Correct, Epoch, SessionOutcome, verdict_text};
pub use samples::{SETS, SessionSamples, records};
pub use session::finetune;
pub use trains::Trains;
pub use tuner::Tuner;

/// Losses that the mean of an epoch is over, at most; then it is an average of the last ones.
///
/// ```
/// use host_tools::finetune::LOSS_WINDOW;
/// use tinyconv::tuning::RunningLoss;
///
/// let mut loss = RunningLoss::<LOSS_WINDOW>::new();
/// assert_eq!([2.0, 1.0].map(|next| loss.update(next)), [2.0, 1.5]);
/// ```
pub const LOSS_WINDOW: u16 = 1024;

/// Images for checking that may be lost before the gate goes back.
///
/// ```
/// assert_eq!(host_tools::finetune::TOLERANCE, 1);
/// ```
pub const TOLERANCE: u32 = 1;
