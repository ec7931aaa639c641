//! The two slots as bytes: headers, marks and payloads, read and written, whatever they are worth.

use embedded_storage::nor_flash::NorFlash;

use super::header::Header;
use super::{Contents, HEADER, PAYLOAD, Sections};
use crate::crc32::CHECKSUM;

/// Bytes that are read or written at once, on the stack. The functions with such a block are not
/// inlined, so that there is one at a time.
pub(super) const CHUNK: usize = 256;

/// How often a header or a mark is read in which power may have been cut: bits that were being changed
/// then may read differently each time.
const READS: usize = 64;

/// In how many of these readings something has to be there. Those that the driver fails in do not count.
#[derive(Clone, Copy)]
pub(super) enum There {
    /// Its bits are known to be stable: in one of a few.
    Once,
    /// In three of four: what is there always is there mostly when it is read again, save once in 10^6
    /// times, whatever its bits do; what is there half of the time is not.
    Mostly,
    Always,
}

impl There {
    const fn most_missing(self) -> usize {
        match self {
            Self::Once => 15,
            Self::Mostly => READS / 4,
            Self::Always => 0,
        }
    }
}

/// How often a payload is read that does not match its checksum, or cannot be read.
const READINGS: usize = 2;

/// Bytes for the copies of a mark.
const MARK: usize = 64;

/// What is written into a slot after its header, in write units of their own.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    /// Its checkpoint is whole, and was read back: the header's bits are stable.
    Complete,
    /// The other slot has a newer one, which is complete.
    Replaced,
}

impl Mark {
    const fn offset(self) -> u32 {
        match self {
            Self::Complete => 128,
            Self::Replaced => 192,
        }
    }

    const fn bytes(self) -> [u8; 8] {
        match self {
            Self::Complete => *b"COMPLETE",
            Self::Replaced => *b"REPLACED",
        }
    }
}

/// What reading a header comes to.
pub(super) enum Found<E> {
    /// A header.
    Whole(Header),
    /// One that is not whole each time.
    Unsure,
    /// None.
    Nothing,
    /// The driver fails: what is there is not known.
    Unreadable(E),
}

/// Two slots, one after the other.
#[derive(Debug)]
pub(super) struct Slots<F> {
    pub(super) flash: F,
    /// Where slot 0 begins.
    pub(super) start: u32,
    /// Bytes of each.
    pub(super) len: u32,
}

impl<F: NorFlash> Slots<F> {
    /// Bytes for one copy of a mark.
    const COPY: usize = {
        let unit = if F::WRITE_SIZE > F::READ_SIZE { F::WRITE_SIZE } else { F::READ_SIZE };
        if unit > 16 { unit } else { 16 }
    };

    /// There is another one to write where power was cut in the one before.
    const COPIES: usize = MARK / Self::COPY;

    /// Whether marks have units of their own.
    pub(super) const MARKED: bool = Self::COPIES > 0;

    pub(super) const fn address(&self, slot: u32) -> u32 {
        self.start + slot * self.len
    }

    /// Erases what a checkpoint of so many bytes takes.
    pub(super) fn erase(&mut self, slot: u32, bytes: u32) -> Result<(), F::Error> {
        let address = self.address(slot);
        self.flash.erase(address, address + bytes)
    }

    #[inline(never)]
    pub(super) fn header(&mut self, slot: u32, there: There) -> Found<F::Error> {
        let mut chunk = [0; CHUNK];
        let address = self.address(slot);
        let (mut header, mut error, mut missing) = (None, None, 0);
        for _ in 0..READS {
            let bytes = &mut chunk[..HEADER.next_multiple_of(F::READ_SIZE)];
            if let Err(failure) = self.flash.read(address, bytes) {
                error = Some(failure);
                continue;
            }
            match chunk.first_chunk().and_then(Header::decode) {
                Some(decoded) if matches!(there, There::Once) => return Found::Whole(decoded),
                Some(decoded) => header = Some(decoded),
                None => missing += 1,
            }
            if missing > there.most_missing() {
                break;
            }
        }
        match (header, error) {
            (Some(header), _) if missing <= there.most_missing() => Found::Whole(header),
            (Some(_), _) => Found::Unsure,
            (None, Some(error)) if missing == 0 => Found::Unreadable(error),
            (None, _) => Found::Nothing,
        }
    }

    #[inline(never)]
    pub(super) fn write_header(&mut self, slot: u32, header: &Header) -> Result<(), F::Error> {
        let mut chunk = [0xff; CHUNK];
        let address = self.address(slot);
        chunk[..HEADER].copy_from_slice(&header.encode());
        self.flash.write(address, &chunk[..HEADER.next_multiple_of(F::WRITE_SIZE)])
    }

    /// Whether a mark is there, in one of its copies.
    #[inline(never)]
    pub(super) fn is_marked(&mut self, slot: u32, mark: Mark, there: There) -> bool {
        (0..Self::COPIES).any(|copy| {
            let (mut found, mut missing) = (0, 0);
            for _ in 0..READS {
                match self.read_mark(slot, mark, copy) {
                    Some(bytes) if bytes == mark.bytes() => found += 1,
                    Some(_) => missing += 1,
                    None => {}
                }
                if missing > there.most_missing() {
                    return false;
                }
            }
            found > 0
        })
    }

    /// Whether the place of a mark can be read, and something else is there.
    pub(super) fn is_unmarked(&mut self, slot: u32, mark: Mark) -> bool {
        Self::MARKED && self.read_mark(slot, mark, 0).is_some_and(|bytes| bytes != mark.bytes())
    }

    /// Nothing if that cannot be read.
    #[inline(never)]
    fn read_mark(&mut self, slot: u32, mark: Mark, copy: usize) -> Option<[u8; 8]> {
        let mut bytes = [0; MARK];
        let whole_units = size_of::<[u8; 8]>().next_multiple_of(F::READ_SIZE).min(MARK);
        let address = self.mark_address(slot, mark, copy);
        self.flash.read(address, &mut bytes[..whole_units]).ok()?;
        bytes.first_chunk().copied()
    }

    /// Marks a slot, in the first of the units for that where nothing was written since they were
    /// erased; does nothing if there is none.
    pub(super) fn mark(&mut self, slot: u32, mark: Mark) -> Result<(), F::Error> {
        for copy in 0..Self::COPIES {
            if self.read_mark(slot, mark, copy) == Some([0xff; 8]) {
                return self.write_mark(slot, mark, copy);
            }
        }
        Ok(())
    }

    /// Marks a slot that was just erased.
    pub(super) fn mark_erased(&mut self, slot: u32, mark: Mark) -> Result<(), F::Error> {
        if Self::MARKED { self.write_mark(slot, mark, 0) } else { Ok(()) }
    }

    #[inline(never)]
    fn write_mark(&mut self, slot: u32, mark: Mark, copy: usize) -> Result<(), F::Error> {
        let mut bytes = [0xff; MARK];
        bytes[..8].copy_from_slice(&mark.bytes());
        let whole_units = size_of::<[u8; 8]>().next_multiple_of(F::WRITE_SIZE).min(MARK);
        let address = self.mark_address(slot, mark, copy);
        self.flash.write(address, &bytes[..whole_units])
    }

    const fn mark_address(&self, slot: u32, mark: Mark, copy: usize) -> u32 {
        self.address(slot) + mark.offset() + (copy * Self::COPY) as u32
    }

    /// Writes the sections, one after the other, and returns their checksum.
    #[inline(never)]
    pub(super) fn write_payload(
        &mut self,
        slot: u32,
        sections: Sections<'_>,
    ) -> Result<u32, F::Error> {
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

    /// Whether the payload is the one that the header is of; read again before it is given up.
    pub(super) fn is_whole(&mut self, slot: u32, header: &Header) -> Result<bool, F::Error> {
        for _ in 1..READINGS {
            if self.checksum(slot, &header.contents).ok() == Some(header.payload_checksum) {
                return Ok(true);
            }
        }
        Ok(self.checksum(slot, &header.contents)? == header.payload_checksum)
    }

    /// That of the payload that is there.
    #[inline(never)]
    pub(super) fn checksum(&mut self, slot: u32, contents: &Contents) -> Result<u32, F::Error> {
        self.read_payload(slot, contents, |_| ())
    }

    /// Hands the payload to `take`, some bytes at a time, and returns its checksum.
    #[inline(never)]
    pub(super) fn read_payload(
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
