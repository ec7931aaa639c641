//! What a store is asked to keep, and the store under test.

use embedded_storage::nor_flash::NorFlash;
use tinyconv::checkpoint::{Contents, Progress, Restored, Sections, SectionsMut, Store};

use super::flash::{Failure, noise};

/// All that a checkpoint holds. Numbers as bits: any of them, NaNs too.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub seed: u64,
    pub step: u32,
    pub sample: u32,
    pub counters: [u32; 2],
    pub parameters: Vec<u32>,
    pub states: Vec<u32>,
    pub user: Vec<u8>,
}

impl Snapshot {
    /// One without a pattern; the application's bytes may be fewer than there is room for.
    pub fn random(contents: Contents, stream: u32) -> Self {
        let Contents { parameters, states, user, .. } = contents;
        let bytes = noise(4 * (6 + parameters + states) + user, 1000 + stream);
        let (floats, user) = bytes.split_at(bytes.len() - user);
        let mut words = floats.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let mut word = || words.next().unwrap();
        Self {
            seed: u64::from(word()) << 32 | u64::from(word()),
            step: word(),
            sample: word(),
            counters: [word(), word()],
            parameters: (0..parameters).map(|_| word()).collect(),
            states: (0..states).map(|_| word()).collect(),
            user: user[..user.len() - stream as usize % 3 * user.len() / 4].to_vec(),
        }
    }

    pub fn progress(&self) -> Progress {
        let Self { seed, step, sample, counters, .. } = *self;
        Progress { seed, step, sample, counters: counters.map(f32::from_bits) }
    }

    /// Every byte, one after the other.
    pub fn payload(&self) -> Vec<u8> {
        let words = self.parameters.iter().chain(&self.states);
        words.flat_map(|word| word.to_le_bytes()).chain(self.user.iter().copied()).collect()
    }
}

/// A way of keeping snapshots in flash.
pub trait Keeper {
    fn save<F: NorFlash<Error = Failure>>(
        &self,
        flash: &mut F,
        snapshot: &Snapshot,
    ) -> Result<(), String>;

    /// The snapshot and its generation.
    fn load<F: NorFlash<Error = Failure>>(
        &self,
        flash: &mut F,
    ) -> Result<Option<(Snapshot, u64)>, String>;
}

/// The store under test, in all of the flash but its first and last unit.
#[derive(Clone, Copy)]
pub struct Tested(pub Contents);

impl Tested {
    pub fn open<'a, F: NorFlash<Error = Failure>>(&self, flash: &'a mut F) -> Store<&'a mut F> {
        let unit = F::ERASE_SIZE as u32;
        let end = flash.capacity() as u32 - unit;
        Store::open(flash, unit..end, self.0).unwrap()
    }

    /// With what else is known of it.
    pub fn load_all<F: NorFlash<Error = Failure>>(
        &self,
        flash: &mut F,
    ) -> Result<Option<(Snapshot, Restored)>, String> {
        // What is not overwritten stays recognisable.
        let mut parameters = vec![-1.25; self.0.parameters];
        let mut states = vec![-2.5; self.0.states];
        let mut user = vec![0xa5; self.0.user];
        let sections =
            SectionsMut { parameters: &mut parameters, states: &mut states, user: &mut user };
        let restored = self.open(flash).load(sections).map_err(|error| error.to_string())?;
        let Some(restored) = restored else {
            assert!(parameters.iter().all(|value| *value == -1.25));
            assert!(states.iter().all(|value| *value == -2.5));
            assert!(user.iter().all(|byte| *byte == 0xa5));
            return Ok(None);
        };
        assert!(user[restored.user..].iter().all(|byte| *byte == 0xa5));
        let Progress { seed, step, sample, counters } = restored.progress;
        let snapshot = Snapshot {
            seed,
            step,
            sample,
            counters: counters.map(f32::to_bits),
            parameters: parameters.into_iter().map(f32::to_bits).collect(),
            states: states.into_iter().map(f32::to_bits).collect(),
            user: user[..restored.user].to_vec(),
        };
        Ok(Some((snapshot, restored)))
    }
}

impl Keeper for Tested {
    fn save<F: NorFlash<Error = Failure>>(
        &self,
        flash: &mut F,
        snapshot: &Snapshot,
    ) -> Result<(), String> {
        let floats = |words: &[u32]| words.iter().map(|word| f32::from_bits(*word)).collect();
        let (parameters, states): (Vec<f32>, Vec<f32>) =
            (floats(&snapshot.parameters), floats(&snapshot.states));
        let sections = Sections { parameters: &parameters, states: &states, user: &snapshot.user };
        let generation = self.open(flash).save(snapshot.progress(), sections);
        generation.map(|_| ()).map_err(|error| error.to_string())
    }

    fn load<F: NorFlash<Error = Failure>>(
        &self,
        flash: &mut F,
    ) -> Result<Option<(Snapshot, u64)>, String> {
        match self.load_all(flash)? {
            Some((_, Restored { fell_back: true, .. })) => Err("a damaged checkpoint".into()),
            found => Ok(found.map(|(snapshot, restored)| (snapshot, restored.generation))),
        }
    }
}
