//! Two slots of flash that take turns.

use core::ops::Range;

use embedded_storage::nor_flash::NorFlash;

use super::header::{Header, is_newer};
use super::slots::{CHUNK, Found, Mark, Slots, There};
use super::{CheckpointError, Contents, Progress, Restored, Sections, SectionsMut, VERSION};

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
    slots: Slots<F>,
    contents: Contents,
}

/// A slot with a checkpoint that is whole.
struct Newest {
    slot: u32,
    header: Header,
    is_complete: bool,
    fell_back: bool,
}

/// What a slot is worth: the less, the sooner it is written over.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Worth {
    /// What can be read of it is no checkpoint.
    Nothing,
    /// A header that is not whole each time.
    Unsure,
    /// A header that cannot be read, and no mark that it was complete.
    Torn,
    /// Not known: the driver reads nothing of it, or a payload not.
    Unreadable,
    /// A header, but not the mark that comes last: power may have been cut before it was there, or
    /// as it was written.
    Unfinished,
    /// All of a checkpoint.
    Complete,
}

/// What both slots hold.
struct Survey<E> {
    newest: Option<Newest>,
    /// The last generation of which there is a header.
    last_generation: u64,
    /// The slot that the next checkpoint may take, as nothing is lost with what it holds; or what the
    /// driver fails with, if it reads neither.
    free: Result<u32, E>,
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
        Ok(Self { slots: Slots { flash, start, len: slot_len }, contents })
    }

    /// Writes a checkpoint and returns its generation.
    ///
    /// Until this returns, the checkpoint before is the one that [`load`](Store::load) finds, also if
    /// it never returns. Once it has returned without an error, the new one is.
    ///
    /// # Errors
    /// What holds after each:
    ///
    /// - [`WrongLengths`](CheckpointError::WrongLengths): the sections have other lengths than the store
    ///   was opened with. Nothing was written.
    /// - [`Newer`](CheckpointError::Newer), [`OtherNetwork`](CheckpointError::OtherNetwork),
    ///   [`RangeTooSmall`](CheckpointError::RangeTooSmall): the newest checkpoint must not be lost.
    ///   Nothing was written.
    /// - [`Flash`](CheckpointError::Flash): the driver reads neither slot. Nothing was written, as
    ///   either could hold the newest. What cannot be read in one slot is no error: it counts as
    ///   torn, and the other slot is kept.
    /// - [`BadSlot`](CheckpointError::BadSlot): a slot cannot be erased or written, or does not hold what
    ///   was written. The checkpoint before is in the other slot, and `load` finds it; only if the
    ///   driver failed as it marked the new one complete, at the very end, may that be found, which is
    ///   whole then. If the driver reads nothing any more after that, `slot` is the one before, and
    ///   `load` finds the new one.
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
        // Whatever a load may have found is kept.
        let Survey { newest, last_generation, free } = self.survey(There::Mostly);
        if let Some(Newest { slot, header, .. }) = &newest {
            self.check(header)?;
            // From the next erase on it is the only one. Power may have been cut in its mark or before
            // it; if this fails, it is no worse than it was.
            if !self.slots.is_marked(*slot, Mark::Complete, There::Always) {
                let _ = self.slots.mark(*slot, Mark::Complete);
            }
        }
        let slot = free.map_err(CheckpointError::Flash)?;
        let next = last_generation.wrapping_add(1);
        // Newer than what is kept, whatever a header claims that is not.
        let generation = match &newest {
            Some(Newest { header, .. }) if !is_newer(next, header.generation) => {
                header.generation.wrapping_add(1)
            }
            _ => next,
        };
        self.write(slot, generation, contents, progress, sections)
            .map_err(|error| self.bad_slot(slot, error))?;
        // The new one counts. Nothing but `Restored::fell_back` depends on what comes now, and a unit
        // may look erased that is not: an error counts only if the new one cannot be read either.
        if let Some(Newest { slot: old, .. }) = newest
            && !self.slots.is_marked(old, Mark::Replaced, There::Always)
            && let Err(error) = self.slots.mark(old, Mark::Replaced)
            && !self.slots.is_marked(slot, Mark::Complete, There::Always)
        {
            return Err(self.bad_slot(old, Some(error)));
        }
        Ok(generation)
    }

    /// Reads the newest checkpoint that is whole; nothing if there is none, as after a
    /// [`reset`](Store::reset).
    ///
    /// The checksum is compared before anything is written to the sections. Where the newest cannot be
    /// used, this is the one before, and [`Restored::fell_back`] says so.
    ///
    /// # Errors
    /// If the sections have other lengths than the store was opened with, the checkpoint is of a newer
    /// version, of another network, or has other lengths, or the driver reads neither slot. The
    /// sections are untouched then; only a flash that was read once without an error and with a right
    /// checksum, and then with one ([`CheckpointError::Flash`]) or with other bytes
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
        let Survey { newest, free, .. } = self.survey(There::Always);
        let Some(Newest { slot, header, is_complete, fell_back }) = newest else {
            return free.map(|_| None).map_err(CheckpointError::Flash);
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
        let read = self.slots.read_payload(slot, &stored, take).map_err(CheckpointError::Flash)?;
        if read != header.payload_checksum {
            return Err(CheckpointError::Unstable);
        }
        let Header { generation, progress, .. } = header;
        let unfinished = Slots::<F>::MARKED && !is_complete;
        Ok(Some(Restored { generation, progress, user: stored.user, fell_back, unfinished }))
    }

    /// Factory reset: erases both slots, whatever they hold. A power cut leaves the newest
    /// checkpoint or none; then call it again.
    ///
    /// # Errors
    /// If the driver cannot erase a slot; the newest checkpoint's is the last.
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
        let last = self.survey(There::Mostly).newest.map_or(0, |newest| newest.slot);
        let len = self.slots.len;
        for slot in [1 - last, last] {
            self.slots.erase(slot, len).map_err(|error| self.bad_slot(slot, Some(error)))?;
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
        self.slots.flash
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
            Err(CheckpointError::RangeTooSmall { needed, given: 2 * self.slots.len as usize })
        } else {
            Ok(())
        }
    }

    const fn bad_slot(&self, slot: u32, error: Option<F::Error>) -> CheckpointError<F::Error> {
        let start = self.slots.address(slot);
        CheckpointError::BadSlot { slot, start, end: start + self.slots.len, error }
    }

    fn fits(&self, header: &Header) -> bool {
        header.contents.slot_bytes() <= self.slots.len as usize
    }

    /// What both slots hold; what cannot be read never hides the other slot. Where power was cut in what
    /// makes a slot count, that may be read at times only: `there` says how often it has to be.
    fn survey(&mut self, there: There) -> Survey<F::Error> {
        let mut error = None;
        let (mut worth, mut generations) = ([Worth::Nothing; 2], [0; 2]);
        for (slot, (worth, generation)) in (0..).zip(worth.iter_mut().zip(&mut generations)) {
            *worth = match self.slots.header(slot, There::Once) {
                Found::Whole(header) => {
                    *generation = header.generation;
                    // How a newer version marks its checkpoints is not known here.
                    let is_complete = header.version > VERSION
                        || self.slots.is_marked(slot, Mark::Complete, there);
                    if is_complete { Worth::Complete } else { Worth::Unfinished }
                }
                Found::Unsure => Worth::Unsure,
                Found::Nothing => Worth::Nothing,
                Found::Unreadable(_) if self.slots.is_unmarked(slot, Mark::Complete) => Worth::Torn,
                Found::Unreadable(failure) => {
                    error = Some(failure);
                    Worth::Unreadable
                }
            };
        }
        let [first, second] = generations;
        let second_is_newer = is_newer(second, first);
        let last_generation = if second_is_newer { second } else { first };
        let second_first = worth[1] > worth[0] || worth[1] == worth[0] && second_is_newer;
        let mut damaged = None;
        for slot in if second_first { [1, 0] } else { [0, 1] } {
            let worth = &mut worth[slot as usize];
            if *worth < Worth::Unfinished {
                continue;
            }
            let is_complete = *worth == Worth::Complete;
            // Read again, so that the stack holds one header and not both.
            let header =
                match self.slots.header(slot, if is_complete { There::Once } else { there }) {
                    Found::Whole(header) => header,
                    Found::Unsure | Found::Nothing => {
                        *worth = Worth::Unsure;
                        continue;
                    }
                    Found::Unreadable(failure) => {
                        error = Some(failure);
                        *worth = Worth::Unreadable;
                        continue;
                    }
                };
            // What cannot be read here is not doubted: it is an error, and is not written over.
            let readable = header.version == VERSION && self.fits(&header);
            match if readable { self.slots.is_whole(slot, &header) } else { Ok(true) } {
                Ok(true) => {
                    let fell_back = damaged.is_some_and(|other| is_newer(other, header.generation))
                        || self.slots.is_marked(slot, Mark::Replaced, There::Always);
                    let newest = Some(Newest { slot, header, is_complete, fell_back });
                    return Survey { newest, last_generation, free: Ok(1 - slot) };
                }
                Ok(false) => *worth = Worth::Nothing,
                Err(failure) => {
                    error = Some(failure);
                    *worth = Worth::Unreadable;
                }
            }
            damaged = Some(header.generation);
        }
        let free = if worth[1] < worth[0] { 1 } else { 0 };
        let free = match error {
            Some(error) if worth[free as usize] == Worth::Unreadable => Err(error),
            _ => Ok(free),
        };
        Survey { newest: None, last_generation, free }
    }

    /// Writes a whole checkpoint; the error is the driver's, or none if the slot does not hold what was
    /// written.
    fn write(
        &mut self,
        slot: u32,
        generation: u64,
        contents: Contents,
        progress: Progress,
        sections: Sections<'_>,
    ) -> Result<(), Option<F::Error>> {
        let slots = &mut self.slots;
        let erased = contents.erases_per_save(F::ERASE_SIZE) * F::ERASE_SIZE;
        slots.erase(slot, erased as u32).map_err(Some)?;
        let payload_checksum = slots.write_payload(slot, sections).map_err(Some)?;
        if slots.checksum(slot, &contents).map_err(Some)? != payload_checksum {
            return Err(None);
        }
        let header = Header { version: VERSION, generation, contents, progress, payload_checksum };
        slots.write_header(slot, &header).map_err(Some)?;
        match slots.header(slot, There::Always) {
            // As bytes: a counter that is not a number does not equal itself.
            Found::Whole(read) if read.encode() == header.encode() => {}
            Found::Unreadable(error) => return Err(Some(error)),
            _ => return Err(None),
        }
        // Now the slot counts: whatever becomes of these bits, those of the header are stable.
        slots.mark_erased(slot, Mark::Complete).map_err(Some)?;
        let is_marked = !Slots::<F>::MARKED || slots.is_marked(slot, Mark::Complete, There::Always);
        if is_marked { Ok(()) } else { Err(None) }
    }
}
