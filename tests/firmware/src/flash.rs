//! A flash to keep checkpoints in: QEMU's machines have none that can be written to. The tests of the command line include
//! this very file.

use core::convert::Infallible;

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

/// Bytes of an erase unit.
pub const UNIT: usize = 1024;

/// Flash of `LENGTH` bytes, simulated in RAM.
pub struct Flash<const LENGTH: usize>(pub [u8; LENGTH]);

impl<const LENGTH: usize> Flash<LENGTH> {
    /// As it comes from the factory.
    pub const ERASED: Self = Self([0xff; LENGTH]);
}

impl<const LENGTH: usize> ErrorType for Flash<LENGTH> {
    type Error = Infallible;
}

impl<const LENGTH: usize> ReadNorFlash for Flash<LENGTH> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&self.0[offset as usize..][..bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.len()
    }
}

impl<const LENGTH: usize> NorFlash for Flash<LENGTH> {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = UNIT;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Infallible> {
        self.0[from as usize..to as usize].fill(0xff);
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Infallible> {
        self.0[offset as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}
