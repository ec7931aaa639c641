//! Where a run's state comes from and goes to, and when.

use std::time::{Duration, Instant};

use super::RunState;

/// Takes the state of a run.
///
/// ```
/// use tinyconv_training::training::{RunState, SaveState};
///
/// let mut epochs = 0;
/// let mut note = |state: &RunState| epochs = state.epochs();
/// let save: &mut SaveState<'_> = &mut note;
/// # let bytes = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/brighter.state"));
/// save(&RunState::parse(bytes)?);
/// assert_eq!(epochs, 2);
/// # Ok::<(), tinyconv_training::training::InvalidState>(())
/// ```
pub type SaveState<'a> = dyn FnMut(&RunState) + Send + 'a;

/// Where a run goes on from, and who takes its state; as [`Default`] has it: neither.
///
/// The state is handed over between two batches once a second, or as seldom as takes a fiftieth of the
/// time, and whenever the observer ends the run.
///
/// ```
/// use tinyconv_training::training::Saving;
///
/// assert!(Saving::default().resume.is_none());
/// ```
#[derive(Default)]
pub struct Saving<'a> {
    /// What to go on from.
    pub resume: Option<RunState>,
    /// Who takes the state.
    pub save: Option<&'a mut SaveState<'a>>,
}

/// When the state is saved.
pub(super) struct Pace {
    last: Instant,
    cost: Duration,
}

/// Between two saves at least; a run that is as short has nothing to lose.
const PAUSE: Duration = Duration::from_secs(1);
/// And so many times as long as the last one took.
const SHARE: u32 = 50;

impl Pace {
    pub(super) fn new() -> Self {
        Self { last: Instant::now(), cost: Duration::ZERO }
    }

    pub(super) fn is_due(&self) -> bool {
        self.last.elapsed() >= PAUSE.max(self.cost * SHARE)
    }

    /// Saves, and takes the time.
    pub(super) fn save(&mut self, save: impl FnOnce()) {
        let start = Instant::now();
        save();
        self.last = Instant::now();
        self.cost = self.last - start;
    }
}
