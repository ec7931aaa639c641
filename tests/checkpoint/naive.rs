//! How one would do it at first: what the checks must notice.

use embedded_storage::nor_flash::NorFlash;
use tinyconv::checkpoint::Contents;

use super::flash::Failure;
use super::keeper::{Keeper, Snapshot};

const HEAD: usize = 256;

/// Slots from the start of the flash, a generation before the bytes, no checksum.
pub struct Naive {
    pub contents: Contents,
    /// One is written over each time, of two the older.
    pub slots: u32,
    /// The generation is written before the bytes, not after them.
    pub head_first: bool,
}

impl Naive {
    /// Bytes of a slot, and the generation and slot of the newest.
    fn newest<F: NorFlash<Error = Failure>>(
        &self,
        flash: &mut F,
    ) -> Result<(u32, Option<(u64, u32)>), Failure> {
        let len = self.contents.slot_bytes().next_multiple_of(F::ERASE_SIZE) as u32;
        let mut newest = None;
        for slot in 0..self.slots {
            let mut head = [0; HEAD];
            flash.read(slot * len, &mut head)?;
            let (mark, generation) = (head.first_chunk(), head[8..].first_chunk());
            if mark == Some(b"a naive!") {
                newest = newest.max(generation.map(|bytes| (u64::from_le_bytes(*bytes), slot)));
            }
        }
        Ok((len, newest))
    }
}

impl Keeper for Naive {
    fn save<F: NorFlash<Error = Failure>>(
        &self,
        flash: &mut F,
        snapshot: &Snapshot,
    ) -> Result<(), String> {
        let mut write = || {
            let (len, newest) = self.newest(flash)?;
            let (generation, slot) = newest.unwrap_or((0, 0));
            let start = (slot + 1) % self.slots * len;
            let mut head = b"a naive!".to_vec();
            head.extend((generation + 1).to_le_bytes());
            head.resize(HEAD, 0xff);
            let mut payload = snapshot.payload();
            payload.resize(payload.len().next_multiple_of(F::WRITE_SIZE), 0xff);
            flash.erase(start, start + len)?;
            if self.head_first {
                flash.write(start, &head)?;
                flash.write(start + HEAD as u32, &payload)
            } else {
                flash.write(start + HEAD as u32, &payload)?;
                flash.write(start, &head)
            }
        };
        write().map_err(|failure: Failure| format!("{failure:?}"))
    }

    fn load<F: NorFlash<Error = Failure>>(
        &self,
        flash: &mut F,
    ) -> Result<Option<(Snapshot, u64)>, String> {
        let mut read = || {
            let (len, newest) = self.newest(flash)?;
            let Some((generation, slot)) = newest else { return Ok(None) };
            let mut bytes = vec![0; self.contents.slot_bytes() - HEAD];
            bytes.resize(bytes.len().next_multiple_of(F::READ_SIZE), 0);
            flash.read(slot * len + HEAD as u32, &mut bytes)?;
            let words = bytes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
            let (seed, step, sample, counters) = (0, 0, 0, [0; 2]);
            let parameters = words.take(self.contents.parameters).collect();
            let (states, user) = (Vec::new(), Vec::new());
            let snapshot = Snapshot { seed, step, sample, counters, parameters, states, user };
            Ok(Some((snapshot, generation)))
        };
        read().map_err(|failure: Failure| format!("{failure:?}"))
    }
}
