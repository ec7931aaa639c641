//! What a run was like, to be looked at or drawn afterwards.

use serde::Serialize;

/// How well a network does, in two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Mean loss.
    pub loss: f64,
    /// Share of samples classified correctly.
    pub accuracy: f64,
}

/// A moment of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The epoch, from 1.
    pub epoch: u32,
    /// Batches done in this epoch.
    pub batch: u64,
    /// Training samples of the epoch so far, each as the network did when it saw it.
    pub training: Score,
    /// All validation samples.
    pub validation: Score,
}

/// The moments of a run at which the network was evaluated.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct History {
    /// The ends of its epochs.
    pub epochs: Vec<Point>,
    /// Within epochs, if [`TrainOptions::validate_every`](super::TrainOptions::validate_every) asks
    /// for it.
    pub within: Vec<Point>,
}
