//! How far training has come.

/// The numbers besides parameters and states that training goes on from.
///
/// `seed`, `step` and `sample` are what [`Random`](crate::Random) needs to draw the same numbers
/// again; it has no other state.
///
/// ```
/// use tinyconv::checkpoint::Progress;
/// use tinyconv::optim::{Adam, Optimizer};
///
/// let mut adam = Adam::default();
/// adam.begin_step();
/// let progress = Progress { seed: 7, step: 1, sample: 0, counters: adam.counters() };
///
/// let mut resumed = Adam::default();
/// resumed.resume(progress.counters);
/// assert_eq!(resumed, adam);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Progress {
    /// The seed of everything random.
    pub seed: u64,
    /// Steps taken.
    pub step: u32,
    /// The next sample, for whoever counts samples apart from steps.
    pub sample: u32,
    /// [`Optimizer::counters`](crate::optim::Optimizer::counters).
    pub counters: [f32; 2],
}
