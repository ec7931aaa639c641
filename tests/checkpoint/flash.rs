//! A simulated NOR flash that rejects what real flash does not bear, and whose power can be cut.

use std::ops::Range;

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashError};
use embedded_storage::nor_flash::{NorFlashErrorKind, ReadNorFlash};
use tinyconv::{Purpose, Random};

/// How an operation is left that power was cut in. `embedded-storage` promises nothing about the
/// unit that was being written or erased, so anything may be found there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tear {
    /// Not begun.
    Before,
    /// Some of its first bits are done.
    Start,
    /// Some of its last bits are done.
    End,
    /// Half of its bits are done, here and there.
    Bits,
    /// Its bits are noise.
    Noise,
    /// Done, but nobody was told.
    After,
}

pub const TEARS: [Tear; 6] =
    [Tear::Before, Tear::Start, Tear::End, Tear::Bits, Tear::Noise, Tear::After];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    PowerCut,
    NotErased,
    NotAligned,
    OutOfBounds,
    Unreadable,
}

impl NorFlashError for Failure {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::NotAligned => NorFlashErrorKind::NotAligned,
            Self::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            _ => NorFlashErrorKind::Other,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Flash<const READ: usize, const WRITE: usize, const ERASE: usize> {
    pub bytes: Vec<u8>,
    /// How often each unit was erased.
    pub erases: Vec<u32>,
    /// Write units written and erase units erased.
    pub operations: usize,
    /// Where writing and erasing is allowed.
    pub allowed: Range<u32>,
    /// Erases of several units begin with the last.
    pub descending: bool,
    /// Reads that still succeed.
    pub reads: usize,
    /// The others fail, or (if this is set) give other bytes.
    pub unstable: bool,
    /// Writes in this range change nothing, and no error is given.
    pub worn: Range<usize>,
    /// Write units that were not written since they were erased.
    erased: Vec<bool>,
    cut: Option<(usize, Tear)>,
    dead: bool,
}

impl<const READ: usize, const WRITE: usize, const ERASE: usize> Flash<READ, WRITE, ERASE> {
    /// A flash of `units` erase units that was used for something else before.
    pub fn new(units: usize, descending: bool) -> Self {
        let bytes = noise(units * ERASE, 0);
        Self {
            allowed: 0..bytes.len() as u32,
            erased: vec![false; bytes.len() / WRITE],
            bytes,
            erases: vec![0; units],
            operations: 0,
            descending,
            reads: usize::MAX,
            unstable: false,
            worn: 0..0,
            cut: None,
            dead: false,
        }
    }

    /// Cuts power in the operation that has `operations` others before it, counted from now.
    pub fn cut(&mut self, operations: usize, tear: Tear) {
        self.cut = Some((self.operations + operations, tear));
    }

    /// Power is back. Whether it was cut before.
    pub fn power_on(&mut self) -> bool {
        self.cut = None;
        std::mem::take(&mut self.dead)
    }

    /// Puts `target` into `range`, or part of it if power is cut here.
    fn operate(&mut self, range: Range<usize>, target: &[u8]) -> Result<(), Failure> {
        let operation = self.operations;
        self.operations += 1;
        let bytes = &mut self.bytes[range];
        let Some((_, tear)) = self.cut.filter(|(cut, _)| *cut == operation) else {
            bytes.copy_from_slice(target);
            return Ok(());
        };
        self.dead = true;
        // Neither none nor all of the bits.
        let bits = 8 * bytes.len();
        let random = Random::new(1, Purpose::Synthesise);
        let some = 1 + random.below(bits as u32 - 1, 0, 0, operation as u32) as usize;
        let (mask, garbage) = (
            noise(bytes.len(), 1 + 2 * operation as u32),
            noise(bytes.len(), 2 + 2 * operation as u32),
        );
        for (index, (byte, &target)) in bytes.iter_mut().zip(target).enumerate() {
            let mask_of = |done: Range<usize>| {
                let bits = (0..8).filter(|bit| done.contains(&(8 * index + bit)));
                bits.fold(0, |mask, bit| mask | 1 << bit)
            };
            let (done, target) = match tear {
                Tear::Before => (0, target),
                Tear::Start => (mask_of(0..some), target),
                Tear::End => (mask_of(some..bits), target),
                Tear::Bits => (mask[index], target),
                Tear::Noise => (0xff, garbage[index]),
                Tear::After => (0xff, target),
            };
            *byte = *byte & !done | target & done;
        }
        Err(Failure::PowerCut)
    }

    /// What is reported of bytes that are written or erased.
    fn check(&self, from: usize, to: usize, align: usize) -> Result<(), Failure> {
        if self.dead {
            Err(Failure::PowerCut)
        } else if !from.is_multiple_of(align) || !to.is_multiple_of(align) {
            Err(Failure::NotAligned)
        } else if from > to || from < self.allowed.start as usize || to > self.allowed.end as usize
        {
            Err(Failure::OutOfBounds)
        } else {
            Ok(())
        }
    }
}

/// Bytes without a pattern.
pub fn noise(len: usize, stream: u32) -> Vec<u8> {
    let random = Random::new(3, Purpose::Synthesise);
    let words = (0..len.div_ceil(16) as u32).flat_map(|index| random.words(stream, 0, index));
    words.flat_map(u32::to_le_bytes).take(len).collect()
}

impl<const READ: usize, const WRITE: usize, const ERASE: usize> ErrorType
    for Flash<READ, WRITE, ERASE>
{
    type Error = Failure;
}

impl<const READ: usize, const WRITE: usize, const ERASE: usize> ReadNorFlash
    for Flash<READ, WRITE, ERASE>
{
    const READ_SIZE: usize = READ;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Failure> {
        let range = offset as usize..offset as usize + bytes.len();
        if self.dead {
            return Err(Failure::PowerCut);
        }
        if !range.start.is_multiple_of(READ) || !range.end.is_multiple_of(READ) {
            return Err(Failure::NotAligned);
        }
        bytes.copy_from_slice(self.bytes.get(range).ok_or(Failure::OutOfBounds)?);
        match self.reads.checked_sub(1) {
            Some(reads) => self.reads = reads,
            None if self.unstable => bytes[0] ^= 1,
            None => return Err(Failure::Unreadable),
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const READ: usize, const WRITE: usize, const ERASE: usize> NorFlash
    for Flash<READ, WRITE, ERASE>
{
    const WRITE_SIZE: usize = WRITE;
    const ERASE_SIZE: usize = ERASE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Failure> {
        let (from, to) = (from as usize, to as usize);
        self.check(from, to, ERASE)?;
        let mut units: Vec<usize> = (from / ERASE..to / ERASE).collect();
        if self.descending {
            units.reverse();
        }
        for unit in units {
            let whole = self.operate(unit * ERASE..(unit + 1) * ERASE, &[0xff; ERASE]);
            self.erases[unit] += 1;
            self.erased[unit * ERASE / WRITE..(unit + 1) * ERASE / WRITE].fill(whole.is_ok());
            whole?;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Failure> {
        let first = offset as usize;
        self.check(first, first + bytes.len(), WRITE)?;
        for (index, target) in bytes.chunks(WRITE).enumerate() {
            let start = first + index * WRITE;
            if !std::mem::take(&mut self.erased[start / WRITE]) {
                return Err(Failure::NotErased);
            }
            if !self.worn.contains(&start) {
                self.operate(start..start + WRITE, target)?;
            }
        }
        Ok(())
    }
}
