//! Learning rates over a run.

use std::f64::consts::PI;

/// How the learning rate changes from the first step to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Schedule {
    /// The same at every step.
    Constant,
    /// Rises from 1/25 to the peak over the first 30 % of the steps, then falls to almost zero,
    /// both along half a cosine (L. Smith and N. Topin, "Super-convergence", 2018).
    OneCycle,
}

impl Schedule {
    /// The learning rate of step `step` of `steps`, for a run whose largest is `peak`.
    ///
    /// ```
    /// use host_tools::training::Schedule;
    ///
    /// assert_eq!(Schedule::Constant.learning_rate(0.5, 3, 10), 0.5);
    /// assert_eq!(Schedule::OneCycle.learning_rate(0.5, 0, 100), 0.02);
    /// assert_eq!(Schedule::OneCycle.learning_rate(0.5, 30, 100), 0.5);
    /// assert!(Schedule::OneCycle.learning_rate(0.5, 99, 100) < 0.001);
    /// ```
    #[must_use]
    pub fn learning_rate(self, peak: f32, step: u64, steps: u64) -> f32 {
        const WARM_UP: f64 = 0.3;
        const START: f64 = 1.0 / 25.0;
        const END: f64 = 1e-4;
        if self == Self::Constant {
            return peak;
        }
        let turn = (steps as f64 * WARM_UP).floor();
        let (from, to, progress) = if (step as f64) < turn {
            (START, 1.0, step as f64 / turn)
        } else {
            (1.0, END, (step as f64 - turn) / (steps as f64 - turn).max(1.0))
        };
        // libm, so that every machine gets the same bits.
        let share = (1.0 - libm::cos(PI * progress)) / 2.0;
        (f64::from(peak) * (from + (to - from) * share)) as f32
    }
}
