//! A copy of a board's flash as a flash: the core reads checkpoints from it as it does on the board.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

/// Bytes of a slot with a header and no payload.
const SMALLEST_SLOT: usize = 256;

/// What was copied from a board from the beginning of a slot on, and as much erased flash after it for
/// the other slot. It can only be read.
#[derive(Clone, Copy)]
pub struct FlashImage<'a>(pub &'a [u8]);

impl FlashImage<'_> {
    /// Bytes of both slots.
    pub fn len(self) -> u32 {
        u32::try_from(self.capacity()).unwrap_or(u32::MAX)
    }
}

/// A write to a copy.
#[derive(Debug)]
pub struct ReadOnly;

impl NorFlashError for ReadOnly {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl ErrorType for FlashImage<'_> {
    type Error = ReadOnly;
}

impl ReadNorFlash for FlashImage<'_> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), ReadOnly> {
        let copied = self.0.get(offset as usize..).unwrap_or_default();
        let (there, erased) = bytes.split_at_mut(bytes.len().min(copied.len()));
        there.copy_from_slice(&copied[..there.len()]);
        erased.fill(0xff);
        Ok(())
    }

    fn capacity(&self) -> usize {
        2 * self.0.len().max(SMALLEST_SLOT)
    }
}

impl NorFlash for FlashImage<'_> {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = 1;

    fn erase(&mut self, _from: u32, _to: u32) -> Result<(), ReadOnly> {
        Err(ReadOnly)
    }

    fn write(&mut self, _offset: u32, _bytes: &[u8]) -> Result<(), ReadOnly> {
        Err(ReadOnly)
    }
}
