//! A trainer's state into a checkpoint and back, so that training goes on with the very bits that it
//! would have had without the interruption.

use embedded_storage::nor_flash::NorFlash;

use super::{Mode, Part, Trainer};
use crate::Network;
use crate::checkpoint::{
    CheckpointError, Contents, Progress, Restored, Sections, SectionsMut, Store,
};
use crate::optim::Optimizer;

impl<N: Network, P: Part<N>, O: Optimizer, M: Mode> Trainer<'_, N, P, O, M> {
    /// What checkpoints of this trainer hold, with up to `user` bytes of the application; for
    /// [`Store::open`].
    ///
    /// The fingerprint takes in the frozen parameters: what was learnt on top of some is worthless
    /// on top of others.
    #[must_use]
    pub fn contents(&self, user: usize) -> Contents {
        let factory = self.factory();
        let frozen = factory.get(..P::FROZEN_PARAMS).unwrap_or(factory);
        let contents = Contents::of_part(N::FINGERPRINT, frozen, P::PARAMS);
        Contents { states: P::PARAMS * O::STATES, user, ..contents }
    }

    /// Saves parameters, optimizer and steps; `seed` and `sample` are what the application draws
    /// samples with, `user` whatever else it wants to find again. Returns the generation.
    ///
    /// # Errors
    /// As [`Store::save`]; and in the middle of a mini-batch, whose gradients are not kept.
    pub fn save<F: NorFlash>(
        &self,
        store: &mut Store<F>,
        seed: u64,
        sample: u32,
        user: &[u8],
    ) -> Result<u64, CheckpointError<F::Error>> {
        if self.pending() > 0 {
            return Err(CheckpointError::WithinBatch { pending: self.pending() });
        }
        let counters = self.optimizer().counters();
        let progress = Progress { seed, step: self.steps(), sample, counters };
        let (parameters, states) = (self.parameters(), self.states());
        store.save(progress, Sections { parameters, states, user })
    }

    /// Goes on from the newest checkpoint, if there is one.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub fn load<F: NorFlash>(
        &mut self,
        store: &mut Store<F>,
        user: &mut [u8],
    ) -> Result<Option<Restored>, CheckpointError<F::Error>> {
        let (parameters, states) = self.trained_mut();
        let restored = store.load(SectionsMut { parameters, states, user })?;
        if let Some(Restored { progress, .. }) = restored {
            self.resume(progress.step, progress.counters);
        }
        Ok(restored)
    }
}
