//! The end of a training run whose loss is no longer a number.

use std::path::PathBuf;

use thiserror::Error;
use tinyconv_training::text::shown;

/// Training diverged.
#[derive(Debug, Error)]
#[error(
    "training diverged in epoch {epoch}: at learning rate {learning_rate:?}, the loss or what the \
     optimizer remembers is no longer finite; try --learning-rate {smaller:?}\n{}; {} was not touched",
    match .kept {
        Some(path) => format!("the last good parameters are in {}", shown(path)),
        None => "there were no good parameters to keep".into(),
    },
    shown(.untouched)
)]
pub struct Diverged {
    /// The epoch, from 1.
    pub epoch: u32,
    /// The largest learning rate.
    pub learning_rate: f32,
    /// What to try.
    pub smaller: f32,
    /// Where the last good parameters are.
    pub kept: Option<PathBuf>,
    /// The file that the model would have gone to.
    pub untouched: PathBuf,
}
