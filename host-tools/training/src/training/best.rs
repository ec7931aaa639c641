//! The epoch that the validation samples like best.

use std::num::NonZeroU32;

use super::{Keep, RunOptions, Score};

/// The best epoch so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Best {
    /// Which one, from 1; 0 before there is one.
    pub(super) epoch: u32,
    pub(super) score: Score,
    /// Its parameters, where they are kept.
    pub(super) parameters: Vec<f32>,
}

impl Best {
    pub(super) const fn new() -> Self {
        let score = Score { loss: f64::INFINITY, accuracy: f64::NEG_INFINITY };
        Self { epoch: 0, score, parameters: Vec::new() }
    }

    /// Takes an epoch into account: the larger accuracy is better, or the smaller loss where samples have no
    /// classes. Of several that are as good, the first one counts.
    pub(super) fn consider(&mut self, epoch: u32, score: Score, parameters: &[f32], keep: Keep) {
        let is_better = if score.accuracy.is_nan() {
            score.loss < self.score.loss
        } else {
            score.accuracy > self.score.accuracy
        };
        if is_better {
            (self.epoch, self.score) = (epoch, score);
            if keep == Keep::Best {
                self.parameters.clear();
                self.parameters.extend_from_slice(parameters);
            }
        }
    }

    /// Whether a run with `options` waits no longer for a better epoch than this one, after `epochs`.
    pub(super) fn is_out_of_patience(&self, epochs: u32, options: &RunOptions) -> bool {
        options
            .patience
            .map(NonZeroU32::get)
            .is_some_and(|patience| epochs - self.epoch >= patience)
    }
}
