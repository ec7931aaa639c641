//! Whether training still gets better: single losses jump too much to tell.

/// The mean of the losses so far, then an exponential average over about `WINDOW` samples.
///
/// `mean += (loss - mean) / min(samples, WINDOW)`
///
/// ```
/// let mut loss = tinyconv::tuning::RunningLoss::<4>::new();
/// assert_eq!(loss.update(2.0), 2.0);
/// assert_eq!(loss.update(1.0), 1.5);
/// assert_eq!(loss.update(f32::NAN), 1.5);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RunningLoss<const WINDOW: u16> {
    mean: f32,
    samples: u16,
}

impl<const WINDOW: u16> RunningLoss<WINDOW> {
    /// No loss yet.
    ///
    /// ```
    /// use tinyconv::tuning::RunningLoss;
    ///
    /// static START: RunningLoss<64> = RunningLoss::new();
    /// assert_eq!(START.mean(), 0.0);
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(WINDOW > 0, "an average is over at least one sample") };
        Self { mean: 0.0, samples: 0 }
    }

    /// Takes a loss in and returns the average. One that is not a finite number changes nothing.
    ///
    /// ```
    /// let mut loss = tinyconv::tuning::RunningLoss::<2>::new();
    /// assert_eq!([4.0, 2.0, 1.0].map(|next| loss.update(next)), [4.0, 3.0, 2.0]);
    /// ```
    pub fn update(&mut self, loss: f32) -> f32 {
        if loss.is_finite() {
            if self.samples < WINDOW {
                self.samples += 1;
            }
            self.mean += (loss - self.mean) / f32::from(self.samples);
        }
        self.mean
    }

    /// The average; 0 before the first loss.
    ///
    /// ```
    /// let mut loss = tinyconv::tuning::RunningLoss::<2>::new();
    /// loss.update(4.0);
    /// loss.update(2.0);
    /// assert_eq!(loss.mean(), 3.0);
    /// ```
    #[must_use]
    pub const fn mean(&self) -> f32 {
        self.mean
    }
}
