//! A trainer's state into a checkpoint and back, so that training goes on with the very bits that it
//! would have had without the interruption.

use embedded_storage::nor_flash::NorFlash;

use super::{Mode, Part, Trainer};
use crate::Network;
use crate::checkpoint::{
    CheckpointError, Contents, Progress, Restored, Sections, SectionsMut, Store,
};
use crate::math;
use crate::optim::Optimizer;

/// What the application wants to find again with a checkpoint of its trainer.
///
/// ```
/// use tinyconv::tuning::Bookmark;
///
/// // Ten samples of an epoch are learnt; nothing else is kept.
/// let bookmark = Bookmark { sample: 10, ..Bookmark::default() };
/// assert_eq!((bookmark.seed, bookmark.user), (0, &[][..]));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bookmark<'a> {
    /// The seed with which it draws samples.
    pub seed: u64,
    /// The next sample, for whoever counts samples apart from steps.
    pub sample: u32,
    /// Whatever else.
    pub user: &'a [u8],
}

impl<N: Network, P: Part<N>, O: Optimizer, M: Mode> Trainer<'_, N, P, O, M> {
    /// What checkpoints of this trainer hold, with up to `user` bytes of the application; for
    /// [`Store::open`].
    ///
    /// The fingerprint takes in the frozen parameters: what was learnt on top of some is worthless
    /// on top of others.
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
    /// let contents = trainer.contents(100);
    /// assert_eq!((contents.parameters, contents.states, contents.user), (6, 0, 100));
    /// ```
    #[must_use]
    pub fn contents(&self, user: usize) -> Contents {
        let factory = self.factory();
        let frozen = factory.get(..P::FROZEN_PARAMS).unwrap_or(factory);
        let contents = Contents::of_part(N::FINGERPRINT, frozen, P::PARAMS);
        Contents { states: P::PARAMS * O::STATES, user, ..contents }
    }

    /// Saves parameters, optimizer and steps, and what the application wants to find again. Returns
    /// the generation.
    ///
    /// # Errors
    /// As [`Store::save`]; and in the middle of a mini-batch, whose gradients are not kept.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, Bookmark, PerSample};
    /// use tinyconv::checkpoint::Store;
    /// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
    /// # use flash::Flash;
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// let mut store = Store::open(Flash::ERASED, 0..1024, trainer.contents(2))?;
    /// let bookmark = Bookmark { seed: 7, sample: 0, user: b"ab" };
    /// assert_eq!(trainer.save(&mut store, bookmark)?, 1);
    /// assert_eq!(trainer.save(&mut store, bookmark)?, 2);
    /// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
    /// ```
    pub fn save<F: NorFlash>(
        &self,
        store: &mut Store<F>,
        bookmark: Bookmark<'_>,
    ) -> Result<u64, CheckpointError<F::Error>> {
        if self.pending() > 0 {
            return Err(CheckpointError::WithinBatch { pending: self.pending() });
        }
        let counters = self.optimizer().counters();
        let Bookmark { seed, sample, user } = bookmark;
        let progress = Progress { seed, step: self.steps(), sample, counters };
        let (parameters, states) = (self.parameters(), self.states());
        store.save(progress, Sections { parameters, states, user })
    }

    /// Goes on from the newest checkpoint, if there is one.
    ///
    /// # Errors
    /// As [`Store::load`]; and if a parameter, a state or a counter of the optimizer is not a finite
    /// number. The parameters are the factory's then.
    ///
    /// ```
    /// use tinyconv::optim::Descent;
    /// use tinyconv::tuning::{All, Bookmark, PerSample};
    /// use tinyconv::Direct;
    /// use tinyconv::checkpoint::Store;
    /// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
    /// # use flash::Flash;
    /// # tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 } } }
    /// # tinyconv::trainer! { Training: Net { trains: All, optimizer: Descent, mode: PerSample } }
    /// # static FACTORY: [f32; Net::PARAMS] = [0.0; Net::PARAMS];
    /// # let mut memory = Training::NEW;
    ///
    /// let mut trainer = memory.trainer(&FACTORY, Descent::default(), 0.5);
    /// let mut store = Store::open(Flash::ERASED, 0..1024, trainer.contents(0))?;
    /// assert_eq!(trainer.load(&mut store, &mut [])?, None);
    ///
    /// trainer.step(Direct, &[[[1.0, 2.0]]], 1).expect("finite numbers");
    /// trainer.save(&mut store, Bookmark { seed: 7, ..Bookmark::default() })?;
    /// trainer.reset();
    /// let restored = trainer.load(&mut store, &mut [])?.expect("what was saved");
    /// assert_eq!((restored.generation, restored.progress.seed), (1, 7));
    /// assert_eq!(trainer.parameters(), [-0.25, 0.25, -0.5, 0.5, -0.25, 0.25]);
    /// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
    /// ```
    pub fn load<F: NorFlash>(
        &mut self,
        store: &mut Store<F>,
        user: &mut [u8],
    ) -> Result<Option<Restored>, CheckpointError<F::Error>> {
        let (parameters, states) = self.trained_mut();
        let restored = store.load(SectionsMut { parameters, states, user })?;
        if let Some(Restored { progress, .. }) = restored {
            let all = self.parameters().iter().chain(self.states()).chain(&progress.counters);
            if let Some(index) = all.copied().position(|number| !math::is_finite(number)) {
                self.reset();
                return Err(CheckpointError::NotFinite { index });
            }
            self.resume(progress.step, progress.counters);
        }
        Ok(restored)
    }
}
