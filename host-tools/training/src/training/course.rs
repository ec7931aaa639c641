//! How far a run is, and what it will go back to.

use super::History;
use super::best::Best;
use super::group::Tally;

/// Batches over which the running loss is taken; also how often a good state is kept.
const WINDOW: u64 = 100;

/// How far a run is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Course {
    /// Epochs done.
    pub(super) epochs: u32,
    /// Batches done of the next one.
    pub(super) batches: u64,
    /// What these gave.
    pub(super) tally: Tally,
    pub(super) good: Good,
    pub(super) best: Best,
    pub(super) history: History,
}

impl Course {
    /// That of a run which begins with `parameters`.
    pub(super) fn new(parameters: &[f32]) -> Self {
        Self {
            epochs: 0,
            batches: 0,
            tally: Tally::default(),
            good: Good::new(parameters),
            best: Best::new(),
            history: History::default(),
        }
    }
}

/// The parameters to go back to when the loss is no longer a number: those after the hundred steps
/// with the smallest mean loss.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Good {
    pub(super) parameters: Vec<f32>,
    pub(super) best: f64,
    pub(super) sum: f64,
    pub(super) learnt: bool,
}

impl Good {
    pub(super) fn new(parameters: &[f32]) -> Self {
        Self { parameters: parameters.to_vec(), best: f64::INFINITY, sum: 0.0, learnt: false }
    }

    pub(super) fn consider(&mut self, step: u64, loss: f64, parameters: &[f32]) {
        self.sum += loss;
        if (step + 1).is_multiple_of(WINDOW) {
            if self.sum < self.best {
                self.best = self.sum;
                self.parameters.copy_from_slice(parameters);
                self.learnt = true;
            }
            self.sum = 0.0;
        }
    }
}
