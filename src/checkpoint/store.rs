//! Two slots of flash that take turns.

use core::ops::Range;

use embedded_storage::nor_flash::NorFlash;

use super::header::Header;
use super::{CheckpointError, Contents, HEADER, PAYLOAD, Progress, Restored};
use super::{Sections, SectionsMut, VERSION};
use crate::crc32::CHECKSUM;

/// Bytes that are read or written at once, on the stack. The functions with such a block are not
/// inlined, so that there is one at a time.
const CHUNK: usize = 256;

/// Checkpoints in a range of flash: the newest one, and the one before until the next save.
///
/// It remembers nothing of the flash; each call looks at both slots again.
///
/// See the [module](super) for an example, the format and the limits.
///
/// ```
/// use tinyconv::checkpoint::{Contents, Progress, Sections, SectionsMut, Store};
/// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
/// # use flash::Flash;
///
/// let contents = Contents { fingerprint: 1, parameters: 2, states: 0, user: 3 };
/// let mut store = Store::open(Flash::ERASED, 0..1024, contents)?;
/// for number in [1.0, 2.0, 3.0] {
///     store.save(Progress::default(), Sections { parameters: &[number; 2], states: &[], user: &[] })?;
/// }
/// let (mut parameters, mut user) = ([0.0; 2], [0; 3]);
/// store.load(SectionsMut { parameters: &mut parameters, states: &mut [], user: &mut user })?;
/// assert_eq!(parameters, [3.0; 2]); // the newest
/// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
/// ```
#[derive(Debug)]
pub struct Store<F> {
    flash: F,
    start: u32,
    slot_len: u32,
    contents: Contents,
}

/// A slot with a checkpoint that is whole.
struct Newest {
    slot: u32,
    header: Header,
    fell_back: bool,
}

impl<F: NorFlash> Store<F> {
    /// Takes `range` of `flash` for checkpoints; reads and writes nothing yet.
    ///
    /// Addresses count from the start of the flash, as everywhere in `embedded-storage`. The first
    /// half of the range (in whole erase units) is one slot, as much after it the other, so another
    /// range finds other checkpoints or none. `&mut` of a flash is a flash too.
    ///
    /// # Errors
    /// If the range is not made of whole erase units of the flash, or too small for two checkpoints
    /// with these contents.
    ///
    /// ```
    /// use tinyconv::checkpoint::{CheckpointError, Contents, Store};
    /// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
    /// # use flash::Flash;
    ///
    /// let contents = Contents { fingerprint: 1, parameters: 1000, states: 0, user: 0 };
    /// let error = CheckpointError::RangeTooSmall { needed: 2 * 9 * 512, given: 1024 };
    /// assert_eq!(Store::open(Flash::ERASED, 0..1024, contents).unwrap_err(), error);
    /// ```
    pub fn open(
        flash: F,
        range: Range<u32>,
        contents: Contents,
    ) -> Result<Self, CheckpointError<F::Error>> {
        const {
            assert!(
                F::WRITE_SIZE > 0 && CHUNK.is_multiple_of(F::WRITE_SIZE),
                "checkpoints are written 256 bytes at a time: WRITE_SIZE must divide 256"
            );
            assert!(
                F::READ_SIZE > 0 && CHUNK.is_multiple_of(F::READ_SIZE),
                "checkpoints are read 256 bytes at a time: READ_SIZE must divide 256"
            );
            assert!(
                F::ERASE_SIZE > 0
                    && F::ERASE_SIZE.is_multiple_of(F::WRITE_SIZE)
                    && F::ERASE_SIZE.is_multiple_of(F::READ_SIZE)
                    && F::ERASE_SIZE <= u32::MAX as usize,
                "ERASE_SIZE must be a multiple of WRITE_SIZE and READ_SIZE, and fit into 32 bits"
            );
        }
        let Range { start, end } = range;
        let unit = F::ERASE_SIZE as u32;
        if !start.is_multiple_of(unit) || !end.is_multiple_of(unit) {
            let erase_size = F::ERASE_SIZE;
            return Err(CheckpointError::Misaligned { start, end, erase_size });
        }
        let capacity = flash.capacity();
        if end as usize > capacity {
            return Err(CheckpointError::OutsideFlash { end, capacity });
        }
        let given = end.saturating_sub(start);
        let slot_len = given / unit / 2 * unit;
        if contents.slot_bytes() > slot_len as usize {
            let needed = contents.range_bytes(F::ERASE_SIZE);
            return Err(CheckpointError::RangeTooSmall { needed, given: given as usize });
        }
        Ok(Self { flash, start, slot_len, contents })
    }

    /// Writes a checkpoint and returns its generation.
    ///
    /// Until this returns, the checkpoint before is the one that [`load`](Store::load) finds, also
    /// if it returns an error or never returns.
    ///
    /// # Errors
    /// If the sections have other lengths than the store was opened with, the flash fails or does
    /// not hold what was written, or what it holds now must not be lost: a checkpoint of a newer
    /// version or of another network.
    ///
    /// ```
    /// use tinyconv::checkpoint::{Contents, Progress, Sections, Store};
    /// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
    /// # use flash::Flash;
    ///
    /// let contents = Contents { fingerprint: 1, parameters: 2, states: 0, user: 3 };
    /// let mut store = Store::open(Flash::ERASED, 0..1024, contents)?;
    /// let sections = Sections { parameters: &[1.0, 2.0], states: &[], user: &[] };
    /// assert_eq!(store.save(Progress::default(), sections)?, 1);
    /// assert_eq!(store.save(Progress::default(), sections)?, 2);
    /// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
    /// ```
    pub fn save(
        &mut self,
        progress: Progress,
        sections: Sections<'_>,
    ) -> Result<u64, CheckpointError<F::Error>> {
        let Sections { parameters, states, user } = sections;
        let contents = Contents {
            fingerprint: self.contents.fingerprint,
            parameters: parameters.len(),
            states: states.len(),
            user: user.len(),
        };
        if !self.contents.covers(&contents) {
            return Err(CheckpointError::WrongLengths { expected: self.contents });
        }
        let (newest, last_generation) = self.newest().map_err(CheckpointError::Flash)?;
        let slot = match newest {
            Some(newest) => {
                self.check(&newest.header)?;
                1 - newest.slot
            }
            None => 0,
        };

        let address = self.address(slot);
        let erased = contents.erases_per_save(F::ERASE_SIZE) * F::ERASE_SIZE;
        self.flash.erase(address, address + erased as u32).map_err(CheckpointError::Flash)?;
        let payload_checksum =
            self.write_payload(slot, sections).map_err(CheckpointError::Flash)?;
        let read = self.read_payload(slot, &contents, |_| ()).map_err(CheckpointError::Flash)?;
        if read != payload_checksum {
            return Err(CheckpointError::NotWritten);
        }
        // Now the slot counts.
        let generation = last_generation.wrapping_add(1);
        let header = Header { version: VERSION, generation, contents, progress, payload_checksum };
        self.write_header(slot, &header).map_err(CheckpointError::Flash)?;
        let read = self.header(slot).map_err(CheckpointError::Flash)?;
        // As bytes: a counter that is not a number does not equal itself.
        if read.map(|read| read.encode()) != Some(header.encode()) {
            return Err(CheckpointError::NotWritten);
        }
        Ok(generation)
    }

    /// Reads the newest checkpoint; nothing if there is none, as after a [`reset`](Store::reset).
    ///
    /// The checksum is compared before anything is written to the sections.
    ///
    /// # Errors
    /// If the sections have other lengths than the store was opened with, the flash fails, or the
    /// checkpoint is of a newer version, of another network, or has other lengths. The sections are
    /// untouched then; only a flash that was read once without an error and with a right checksum,
    /// and then with one ([`CheckpointError::Flash`]) or with other bytes
    /// ([`CheckpointError::Unstable`]), leaves them half read.
    ///
    /// ```
    /// use tinyconv::checkpoint::{Contents, SectionsMut, Store};
    /// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
    /// # use flash::Flash;
    ///
    /// let contents = Contents { fingerprint: 1, parameters: 2, states: 0, user: 3 };
    /// let mut store = Store::open(Flash::ERASED, 0..1024, contents)?;
    /// let (mut parameters, mut user) = ([5.0; 2], [0; 3]);
    /// let sections = SectionsMut { parameters: &mut parameters, states: &mut [], user: &mut user };
    /// assert_eq!(store.load(sections)?, None);
    /// assert_eq!(parameters, [5.0; 2]); // nothing there, nothing changed
    /// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
    /// ```
    pub fn load(
        &mut self,
        sections: SectionsMut<'_>,
    ) -> Result<Option<Restored>, CheckpointError<F::Error>> {
        let SectionsMut { parameters, states, user } = sections;
        let expected = self.contents;
        if parameters.len() != expected.parameters
            || states.len() != expected.states
            || user.len() < expected.user
        {
            return Err(CheckpointError::WrongLengths { expected });
        }
        let (newest, _) = self.newest().map_err(CheckpointError::Flash)?;
        let Some(Newest { slot, header, fell_back }) = newest else {
            return Ok(None);
        };
        self.check(&header)?;
        let stored = header.contents;
        if !expected.covers(&stored) {
            return Err(CheckpointError::OtherLengths { stored, expected });
        }

        let mut floats = parameters.iter_mut().chain(states);
        let mut user = user.iter_mut();
        // A chunk is a multiple of 4 bytes, so none ends within a number.
        let take = |mut bytes: &[u8]| {
            while let Some((number, rest)) = bytes.split_first_chunk()
                && let Some(value) = floats.next()
            {
                *value = f32::from_le_bytes(*number);
                bytes = rest;
            }
            // In this order: `zip` takes from the first even if there is no second.
            for (&value, byte) in bytes.iter().zip(user.by_ref()) {
                *byte = value;
            }
        };
        let read = self.read_payload(slot, &stored, take).map_err(CheckpointError::Flash)?;
        if read != header.payload_checksum {
            return Err(CheckpointError::Unstable);
        }
        let Header { generation, progress, .. } = header;
        Ok(Some(Restored { generation, progress, user: stored.user, fell_back }))
    }

    /// Factory reset: erases both slots, whatever they hold. A power cut leaves the newest
    /// checkpoint or none; then call it again.
    ///
    /// # Errors
    /// If the flash fails.
    ///
    /// ```
    /// use tinyconv::checkpoint::{Contents, Progress, Sections, Store};
    /// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
    /// # use flash::Flash;
    ///
    /// let contents = Contents { fingerprint: 1, parameters: 2, states: 0, user: 3 };
    /// let mut store = Store::open(Flash::ERASED, 0..1024, contents)?;
    /// store.save(Progress::default(), Sections { parameters: &[1.0, 2.0], states: &[], user: &[] })?;
    /// store.reset()?;
    /// assert_eq!(store.release().0, [0xff; 1024]);
    /// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
    /// ```
    pub fn reset(&mut self) -> Result<(), CheckpointError<F::Error>> {
        // A flash that cannot be read can still be erased.
        let newest = self.newest().ok().and_then(|(newest, _)| newest);
        let last = newest.map_or(0, |newest| newest.slot);
        for slot in [1 - last, last] {
            let address = self.address(slot);
            self.flash.erase(address, address + self.slot_len).map_err(CheckpointError::Flash)?;
        }
        Ok(())
    }

    /// Gives the flash back.
    ///
    /// ```
    /// use tinyconv::checkpoint::{Contents, Store};
    /// # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/checkpoint/example_flash.rs")); }
    /// # use flash::Flash;
    ///
    /// let contents = Contents { fingerprint: 1, parameters: 2, states: 0, user: 3 };
    /// let mut flash = Flash::ERASED;
    /// let store = Store::open(&mut flash, 0..1024, contents)?; // nothing is written yet
    /// assert_eq!(store.release().0, [0xff; 1024]);
    /// # Ok::<(), tinyconv::checkpoint::CheckpointError<core::convert::Infallible>>(())
    /// ```
    #[must_use]
    pub fn release(self) -> F {
        self.flash
    }

    /// Whether a whole checkpoint may be read and replaced by this store.
    fn check(&self, header: &Header) -> Result<(), CheckpointError<F::Error>> {
        let stored = header.contents.fingerprint;
        let expected = self.contents.fingerprint;
        if header.version > VERSION {
            Err(CheckpointError::Newer(header.version))
        } else if stored != expected {
            Err(CheckpointError::OtherNetwork { stored, expected })
        } else if !self.fits(header) {
            let needed = header.contents.range_bytes(F::ERASE_SIZE);
            Err(CheckpointError::RangeTooSmall { needed, given: 2 * self.slot_len as usize })
        } else {
            Ok(())
        }
    }

    fn fits(&self, header: &Header) -> bool {
        header.contents.slot_bytes() <= self.slot_len as usize
    }

    /// The newest checkpoint that is whole, and the last generation of which there is a header.
    fn newest(&mut self) -> Result<(Option<Newest>, u64), F::Error> {
        let mut generations = [0; 2];
        for (slot, generation) in (0..).zip(&mut generations) {
            *generation = self.header(slot)?.map_or(0, |header| header.generation);
        }
        let [first, second] = generations;
        let mut fell_back = false;
        for slot in if second > first { [1, 0] } else { [0, 1] } {
            // Read again, so that the stack holds one header and not both.
            let Some(header) = self.header(slot)? else { continue };
            // What cannot be read here is not doubted: it is an error, and is not written over.
            let readable = header.version == VERSION && self.fits(&header);
            if !readable
                || self.read_payload(slot, &header.contents, |_| ())? == header.payload_checksum
            {
                return Ok((Some(Newest { slot, header, fell_back }), first.max(second)));
            }
            fell_back = true;
        }
        Ok((None, first.max(second)))
    }

    fn address(&self, slot: u32) -> u32 {
        self.start + slot * self.slot_len
    }

    #[inline(never)]
    fn header(&mut self, slot: u32) -> Result<Option<Header>, F::Error> {
        let mut chunk = [0; CHUNK];
        let address = self.address(slot);
        self.flash.read(address, &mut chunk[..HEADER.next_multiple_of(F::READ_SIZE)])?;
        Ok(chunk.first_chunk().and_then(Header::decode))
    }

    #[inline(never)]
    fn write_header(&mut self, slot: u32, header: &Header) -> Result<(), F::Error> {
        let mut chunk = [0xff; CHUNK];
        let address = self.address(slot);
        chunk[..HEADER].copy_from_slice(&header.encode());
        self.flash.write(address, &chunk[..HEADER.next_multiple_of(F::WRITE_SIZE)])
    }

    /// Writes the sections, one after the other, and returns their checksum.
    #[inline(never)]
    fn write_payload(&mut self, slot: u32, sections: Sections<'_>) -> Result<u32, F::Error> {
        let Sections { parameters, states, user } = sections;
        let floats = parameters.iter().chain(states).flat_map(|value| value.to_le_bytes());
        let mut bytes = floats.chain(user.iter().copied());
        let mut digest = CHECKSUM.digest();
        let mut address = self.address(slot) + PAYLOAD as u32;
        loop {
            let mut chunk = [0xff; CHUNK];
            let mut used = 0;
            for (place, byte) in chunk.iter_mut().zip(bytes.by_ref()) {
                *place = byte;
                used += 1;
            }
            if used == 0 {
                return Ok(digest.finalize());
            }
            let used = used.min(CHUNK);
            digest.update(&chunk[..used]);
            let whole_units = used.next_multiple_of(F::WRITE_SIZE).min(CHUNK);
            self.flash.write(address, &chunk[..whole_units])?;
            address += CHUNK as u32;
        }
    }

    /// Hands the payload to `take`, some bytes at a time, and returns its checksum.
    #[inline(never)]
    fn read_payload(
        &mut self,
        slot: u32,
        contents: &Contents,
        mut take: impl FnMut(&[u8]),
    ) -> Result<u32, F::Error> {
        let mut digest = CHECKSUM.digest();
        let mut address = self.address(slot) + PAYLOAD as u32;
        let mut left = contents.slot_bytes() - PAYLOAD;
        let mut chunk = [0; CHUNK];
        while left > 0 {
            let used = left.min(CHUNK);
            let whole_units = used.next_multiple_of(F::READ_SIZE).min(CHUNK);
            self.flash.read(address, &mut chunk[..whole_units])?;
            let bytes = &chunk[..used];
            digest.update(bytes);
            take(bytes);
            address += CHUNK as u32;
            left -= used;
        }
        Ok(digest.finalize())
    }
}
