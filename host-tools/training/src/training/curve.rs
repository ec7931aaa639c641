//! The shapes that a learning rate takes over a run.

use std::f64::consts::PI;

/// How the learning rate changes from the first step to the last, as a share of the largest one.
///
/// ```
/// use tinyconv_training::training::{Curve, Schedule};
///
/// let halved = Schedule::from(Curve::Step { every: 10, factor: 0.5 });
/// assert_eq!([0, 10, 20].map(|step| halved.learning_rate(1.0, step, 30)), [1.0, 0.5, 0.25]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Curve {
    /// `constant`: the same at every step.
    Constant,
    /// `step:EVERY,FACTOR`: `factor^floor(step / every)`.
    Step {
        /// Steps of the optimizer after which it is multiplied.
        every: u32,
        /// What it is multiplied by, above 0 and at most 1.
        factor: f64,
    },
    /// `exponential:LAST`: `last^(step / steps)`, the same factor at every step, whatever the batch
    /// and the epochs.
    Exponential {
        /// The share that is left at the end of the run, above 0 and at most 1.
        last: f64,
    },
    /// `cosine`: `(1 + cos(pi * step / steps)) / 2` (I. Loshchilov and F. Hutter, "SGDR: stochastic
    /// gradient descent with warm restarts", ICLR 2017, without restarts).
    Cosine,
    /// `one-cycle`: rises from 1/25 to the peak over the first 30 % of the steps, then falls to
    /// almost zero, both along half a cosine (L. Smith and N. Topin, "Super-convergence", 2018).
    OneCycle,
}

impl Curve {
    /// The share of step `step` of `steps`.
    // libm, so that every machine gets the same bits.
    pub(super) fn share(self, step: u64, steps: u64) -> f64 {
        let progress = step as f64 / (steps as f64).max(1.0);
        match self {
            Self::Constant => 1.0,
            Self::Step { every, factor } => {
                libm::pow(factor, (step / u64::from(every.max(1))) as f64)
            }
            Self::Exponential { last } => libm::pow(last, progress),
            Self::Cosine => (1.0 + libm::cos(PI * progress)) / 2.0,
            Self::OneCycle => one_cycle(step, steps),
        }
    }
}

fn one_cycle(step: u64, steps: u64) -> f64 {
    const WARM_UP: f64 = 0.3;
    const START: f64 = 1.0 / 25.0;
    const END: f64 = 1e-4;
    let turn = (steps as f64 * WARM_UP).floor();
    let (from, to, progress) = if (step as f64) < turn {
        (START, 1.0, step as f64 / turn)
    } else {
        (1.0, END, (step as f64 - turn) / (steps as f64 - turn).max(1.0))
    };
    from + (to - from) * ((1.0 - libm::cos(PI * progress)) / 2.0)
}
