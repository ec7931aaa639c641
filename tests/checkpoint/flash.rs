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
    /// All are 0, as some flash has them before it erases.
    Zeros,
    /// All are 1.
    Ones,
    /// Done, but nobody was told.
    After,
    /// Half of its bits are done, and flash with error correction does not read it until it is erased.
    Unreadable,
    /// Of the bits that were being changed, some are done, some are not, and some read at random until
    /// they are erased: half of the time, or nearly always, or nearly never.
    Marginal,
}

/// Those of a flash that reads the same each time.
pub const TEARS: [Tear; 6] =
    [Tear::Before, Tear::Start, Tear::End, Tear::Bits, Tear::Noise, Tear::After];

/// What a place of a flash does for ever.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bad {
    /// Erasing it is an error.
    Erase,
    /// So is writing it.
    Write,
    /// So is reading it.
    Read,
    /// It is full of zeros, and nothing is an error.
    Stuck,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    PowerCut,
    NotErased,
    NotAligned,
    OutOfBounds,
    Unreadable,
    Worn,
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
    /// What a range does for ever.
    pub bad: Option<(Range<usize>, Bad)>,
    /// Write units that were not written since they were erased.
    erased: Vec<bool>,
    cut: Option<(usize, Tear)>,
    dead: bool,
    /// What cannot be read.
    unreadable: Vec<bool>,
    /// Bits that read at random, and how often in sixteen times they are the other way round.
    marginal: Vec<(u8, u8)>,
    random: u64,
}

impl<const READ: usize, const WRITE: usize, const ERASE: usize> Flash<READ, WRITE, ERASE> {
    /// A flash of `units` erase units that was used for something else before.
    pub fn new(units: usize, descending: bool) -> Self {
        let bytes = noise(units * ERASE, 0);
        Self {
            allowed: 0..bytes.len() as u32,
            erased: vec![false; bytes.len() / WRITE],
            unreadable: vec![false; bytes.len()],
            marginal: vec![(0, 0); bytes.len()],
            random: 1,
            bytes,
            erases: vec![0; units],
            operations: 0,
            descending,
            reads: usize::MAX,
            unstable: false,
            worn: 0..0,
            bad: None,
            cut: None,
            dead: false,
        }
    }

    /// Makes another flash of what is random.
    pub fn with_random(mut self, seed: u64) -> Self {
        self.random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        self
    }

    /// Below `bound`.
    pub fn draw(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 20) % bound
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
        self.unreadable[range.clone()].fill(false);
        self.marginal[range.clone()].fill((0, 0));
        let Some((_, tear)) = self.cut.filter(|(cut, _)| *cut == operation) else {
            self.bytes[range.clone()].copy_from_slice(target);
            if let Some((place, Bad::Stuck)) = &self.bad {
                let stuck = range.start.max(place.start)..range.end.min(place.end);
                self.bytes.get_mut(stuck).unwrap_or_default().fill(0);
            }
            return Ok(());
        };
        self.dead = true;
        if tear == Tear::Marginal {
            self.leave_marginal(range, target);
            return Err(Failure::PowerCut);
        }
        self.unreadable[range.clone()].fill(tear == Tear::Unreadable);
        let bytes = &mut self.bytes[range];
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
                Tear::Bits | Tear::Unreadable | Tear::Marginal => (mask[index], target),
                Tear::Noise => (0xff, garbage[index]),
                Tear::Zeros => (0xff, 0),
                Tear::Ones => (0xff, 0xff),
                Tear::After => (0xff, target),
            };
            *byte = *byte & !done | target & done;
        }
        Err(Failure::PowerCut)
    }

    /// Leaves what was being changed between `target` and what it was.
    fn leave_marginal(&mut self, range: Range<usize>, target: &[u8]) {
        // In sixteen bits: how many are done, and how many of the others read at random.
        let [done, random] = [[0, 8, 15, 16], [1, 1, 8, 16]].map(|of| of[self.draw(4) as usize]);
        for (at, &target) in range.zip(target) {
            for bit in (0..8).map(|bit| 1 << bit) {
                if (self.bytes[at] ^ target) & bit == 0 {
                    continue;
                }
                if self.draw(16) < done {
                    self.bytes[at] ^= bit;
                }
                if self.draw(16) < random {
                    self.marginal[at].0 |= bit;
                }
            }
            self.marginal[at].1 = [1, 8, 15][self.draw(3) as usize];
        }
    }

    /// Whether what is done here is an error for ever.
    fn is_bad(&self, range: &Range<usize>, what: Bad) -> bool {
        self.bad.as_ref().is_some_and(|(place, bad)| {
            *bad == what && place.start < range.end && range.start < place.end
        })
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
        bytes.copy_from_slice(self.bytes.get(range.clone()).ok_or(Failure::OutOfBounds)?);
        if self.is_bad(&range, Bad::Read) || self.unreadable[range.clone()].contains(&true) {
            return Err(Failure::Unreadable);
        }
        for (at, byte) in range.zip(bytes.iter_mut()) {
            let (bits, chance) = self.marginal[at];
            for bit in (0..8).map(|bit| 1 << bit).filter(|bit| bits & bit != 0) {
                if self.draw(16) < u64::from(chance) {
                    *byte ^= bit;
                }
            }
        }
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
            if self.is_bad(&(unit * ERASE..(unit + 1) * ERASE), Bad::Erase) {
                return Err(Failure::Worn);
            }
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
            if self.is_bad(&(start..start + WRITE), Bad::Write) {
                return Err(Failure::Worn);
            }
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
