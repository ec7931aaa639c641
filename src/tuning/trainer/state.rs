//! What a trainer has come to: read by a checkpoint, a gate or a report, and gone on from.

use super::Trainer;
use crate::network::Network;
use crate::optim::Optimizer;
use crate::tuning::{Mode, Part};

impl<N: Network, P: Part<N>, O: Optimizer, M: Mode> Trainer<'_, N, P, O, M> {
    /// The parameters that are trained.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{Last, PerSample};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 1 }, Relu, Dense { out: 2 } } }
    /// tinyconv::trainer! { Head: Net { trains: Last<1>, optimizer: Descent, mode: PerSample } }
    ///
    /// let mut memory = Head::NEW;
    /// let factory = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
    /// let head = memory.trainer(&factory, Descent::default(), 0.1);
    /// assert_eq!(head.parameters(), [4.0, 5.0, 6.0, 7.0]); // the first three stay in flash
    /// ```
    #[must_use]
    pub const fn parameters(&self) -> &[f32] {
        self.blocks.parameters
    }

    /// What the optimizer remembers of them.
    ///
    /// ```
    /// use tinyconv::Direct;
    /// use tinyconv::optim::Sgd;
    /// use tinyconv::tuning::{All, PerSample};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// tinyconv::trainer! { Training: Net { trains: All, optimizer: Sgd, mode: PerSample } }
    ///
    /// let mut memory = Training::NEW;
    /// let mut trainer = memory.trainer(&[0.0; Net::PARAMS], Sgd::default(), 0.1);
    /// trainer.step(Direct, &[[[1.0, 2.0]]], 1)?;
    /// assert_eq!(trainer.states(), [0.5, -0.5, 1.0, -1.0, 0.5, -0.5]); // the velocities
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    #[must_use]
    pub const fn states(&self) -> &[f32] {
        self.blocks.states
    }

    /// Steps taken, that is, how often the parameters changed.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::Direct;
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// trainer.step(Direct, &[[[1.0, 2.0]]], 1)?;
    /// assert!(trainer.step(Direct, &[[[1.0, f32::NAN]]], 1).is_err());
    /// assert_eq!(trainer.steps(), 1);
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    #[must_use]
    pub const fn steps(&self) -> u32 {
        self.steps
    }

    /// Samples of a mini-batch that is not complete.
    ///
    /// ```
    /// use tinyconv::Direct;
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, MiniBatch};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: MiniBatch<2> } }
    ///
    /// let mut memory = Training::NEW;
    /// let mut trainer = memory.trainer(&[0.0; Net::PARAMS], Descent::default(), 0.1);
    /// trainer.step(Direct, &[[[1.0, 2.0]]], 1)?;
    /// assert_eq!((trainer.pending(), trainer.steps()), (1, 0));
    /// trainer.step(Direct, &[[[2.0, 1.0]]], 0)?;
    /// assert_eq!((trainer.pending(), trainer.steps()), (0, 1));
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    #[must_use]
    pub const fn pending(&self) -> u32 {
        self.pending
    }

    /// All parameters of the network as they were before training.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// assert_eq!(trainer.factory(), FACTORY);
    /// ```
    #[must_use]
    pub const fn factory(&self) -> &[f32] {
        self.factory
    }

    /// The optimizer.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let trainer = memory.trainer(&FACTORY, Descent { weight_decay: 0.25 }, 0.5);
    /// assert_eq!(trainer.optimizer().weight_decay, 0.25);
    /// ```
    #[must_use]
    pub const fn optimizer(&self) -> &O {
        &self.optimizer
    }

    /// The parameters that are trained and what the optimizer remembers of them, for a checkpoint to
    /// be read into; then comes [`resume`](Trainer::resume).
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// let (parameters, states) = trainer.trained_mut();
    /// parameters[0] = 1.5; // as a checkpoint of one's own does
    /// assert!(states.is_empty());
    /// trainer.resume(8, [0.0; 2]);
    /// assert_eq!((trainer.parameters()[0], trainer.steps()), (1.5, 8));
    /// ```
    pub const fn trained_mut(&mut self) -> (&mut [f32], &mut [f32]) {
        (self.blocks.parameters, self.blocks.states)
    }

    /// Goes on after `steps` steps with what [`Optimizer::counters`] were then; gradients of a batch
    /// become zero.
    ///
    /// ```
    /// use tinyconv::optim::{Adam, Optimizer};
    /// use tinyconv::tuning::{All, PerSample};
    ///
    /// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// tinyconv::trainer! { Training: Net { trains: All, optimizer: Adam, mode: PerSample } }
    ///
    /// let mut memory = Training::NEW;
    /// let mut trainer = memory.trainer(&[0.0; Net::PARAMS], Adam::default(), 0.1);
    /// trainer.resume(2, [0.81, 0.998001]); // Adam's powers after two steps
    /// assert_eq!((trainer.steps(), trainer.optimizer().counters()), (2, [0.81, 0.998001]));
    /// ```
    pub fn resume(&mut self, steps: u32, counters: [f32; 2]) {
        self.blocks.gradients.fill(0.0);
        self.pending = 0;
        self.steps = steps;
        self.optimizer.resume(counters);
    }

    /// Changes the learning rate, from the next step on.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, PerSample};
    /// use tinyconv::Direct;
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// trainer.set_learning_rate(0.0);
    /// trainer.step(Direct, &[[[1.0, 2.0]]], 1)?;
    /// assert_eq!(trainer.parameters(), FACTORY);
    /// # Ok::<(), tinyconv::tuning::TuneError>(())
    /// ```
    pub const fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = learning_rate;
    }
}
