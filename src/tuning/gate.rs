//! A gate that training passes only while it does not get worse on samples it never sees.

use super::{Mode, Part, Trainer, TuneError};
use crate::Network;
use crate::optim::Optimizer;

/// Keeps the parameters that did best on held samples, and brings them back when others do worse.
///
/// Needs a copy of the trained parameters in RAM. Where there is no room for one, a checkpoint in
/// flash does the same: save it when the verdict would be [`Kept`](Verdict::Kept), load it if not.
///
/// ```
/// use tinyconv::optim::Descent;
/// use tinyconv::tuning::{All, PerSample};
/// use tinyconv::Direct;
/// use tinyconv::tuning::{Gate, Verdict};
/// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
/// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
/// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
/// # let mut memory = Training::NEW;
///
/// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
/// let mut good = [0.0; Net::PARAMS];
/// let mut gate = Gate::new(&trainer, 90, 2, &mut good)?; // 90 of the held samples are right
///
/// trainer.step(Direct, &[[[1.0, 2.0]]], 1)?;
/// assert_eq!(gate.judge(&mut trainer, 85)?, Verdict::RolledBack); // now only 85
/// assert_eq!(trainer.parameters(), FACTORY);
/// # Ok::<(), tinyconv::tuning::TuneError>(())
/// ```
#[derive(Debug)]
pub struct Gate<'a> {
    good: &'a mut [f32],
    best: u32,
    tolerance: u32,
}

/// What a [`Gate`] decided.
///
/// ```
/// use tinyconv::optim::Descent;
/// use tinyconv::tuning::{All, PerSample};
/// use tinyconv::tuning::{Gate, Verdict};
/// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
/// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
/// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
/// # let mut memory = Training::NEW;
///
/// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
/// let mut good = [0.0; Net::PARAMS];
/// let mut gate = Gate::new(&trainer, 90, 2, &mut good)?;
/// let verdicts = [91, 89, 88].map(|correct| gate.judge(&mut trainer, correct));
/// assert_eq!(verdicts, [Ok(Verdict::Kept), Ok(Verdict::Tolerated), Ok(Verdict::RolledBack)]);
/// # Ok::<(), tinyconv::tuning::TuneError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Verdict {
    /// At least as good as ever before: these are the parameters to come back to.
    Kept,
    /// A little worse, within the tolerance.
    Tolerated,
    /// Worse than that: the good parameters are in place again.
    RolledBack,
}

impl Verdict {
    /// The verdict on parameters that classify `correct` samples correctly, where the good ones had `best`.
    ///
    /// ```
    /// use tinyconv::tuning::Verdict;
    ///
    /// let verdicts = [19, 18, 17].map(|correct| Verdict::of(correct, 19, 1));
    /// assert_eq!(verdicts, [Verdict::Kept, Verdict::Tolerated, Verdict::RolledBack]);
    /// ```
    #[must_use]
    pub const fn of(correct: u32, best: u32, tolerance: u32) -> Self {
        if correct >= best {
            Self::Kept
        } else if correct.saturating_add(tolerance) >= best {
            Self::Tolerated
        } else {
            Self::RolledBack
        }
    }
}

impl<'a> Gate<'a> {
    /// A gate for parameters with which `correct` of the held samples are classified correctly;
    /// `tolerance` fewer are let pass. `good` becomes a copy of the trainer's parameters.
    ///
    /// # Errors
    /// If `good` is not as long as the trained parameters.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::tuning::{Gate, TuneError};
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// let error = TuneError::Block { name: "good parameters", given: 5, needed: 6 };
    /// assert_eq!(Gate::new(&trainer, 90, 2, &mut [0.0; 5]).unwrap_err(), error);
    /// ```
    pub fn new<N: Network, P: Part<N>, O: Optimizer, M: Mode>(
        trainer: &Trainer<'_, N, P, O, M>,
        correct: u32,
        tolerance: u32,
        good: &'a mut [f32],
    ) -> Result<Self, TuneError> {
        let parameters = trainer.parameters();
        if good.len() != parameters.len() {
            let (given, needed) = (good.len(), parameters.len());
            return Err(TuneError::Block { name: "good parameters", given, needed });
        }
        good.copy_from_slice(parameters);
        Ok(Self { good, best: correct, tolerance })
    }

    /// Judges the trainer's parameters by the number of held samples that they classify correctly.
    ///
    /// # Errors
    /// If the trainer is not the one that the gate was made for.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::tuning::{Gate, Verdict};
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// let mut good = [0.0; Net::PARAMS];
    /// let mut gate = Gate::new(&trainer, 90, 0, &mut good)?;
    /// assert_eq!(gate.judge(&mut trainer, 95)?, Verdict::Kept);
    /// assert_eq!(gate.judge(&mut trainer, 94)?, Verdict::RolledBack); // the bar is higher now
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    pub fn judge<N: Network, P: Part<N>, O: Optimizer, M: Mode>(
        &mut self,
        trainer: &mut Trainer<'_, N, P, O, M>,
        correct: u32,
    ) -> Result<Verdict, TuneError> {
        let verdict = Verdict::of(correct, self.best, self.tolerance);
        match verdict {
            Verdict::Kept => {
                let parameters = trainer.parameters();
                if parameters.len() != self.good.len() {
                    let (given, needed) = (self.good.len(), parameters.len());
                    return Err(TuneError::Block { name: "good parameters", given, needed });
                }
                self.best = correct;
                self.good.copy_from_slice(parameters);
            }
            Verdict::Tolerated => {}
            Verdict::RolledBack => self.roll_back(trainer)?,
        }
        Ok(verdict)
    }

    /// Brings the good parameters back, for instance after [`TuneError::Overflow`].
    ///
    /// # Errors
    /// If the trainer is not the one that the gate was made for.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::Direct;
    /// use tinyconv::tuning::Gate;
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// let mut good = [0.0; Net::PARAMS];
    /// let gate = Gate::new(&trainer, 90, 2, &mut good)?;
    /// trainer.step(Direct, &[[[1.0, 2.0]]], 1)?;
    /// gate.roll_back(&mut trainer)?;
    /// assert_eq!(trainer.parameters(), FACTORY);
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    pub fn roll_back<N: Network, P: Part<N>, O: Optimizer, M: Mode>(
        &self,
        trainer: &mut Trainer<'_, N, P, O, M>,
    ) -> Result<(), TuneError> {
        trainer.restore(self.good)
    }

    /// Correct answers of the good parameters.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::tuning::Gate;
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// let mut good = [0.0; Net::PARAMS];
    /// let mut gate = Gate::new(&trainer, 90, 2, &mut good)?;
    /// gate.judge(&mut trainer, 93)?;
    /// gate.judge(&mut trainer, 92)?;
    /// assert_eq!(gate.best(), 93);
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    #[must_use]
    pub const fn best(&self) -> u32 {
        self.best
    }
}
