// Why this exists: the examples of this module need a flash, and this is one that keeps its bytes in RAM. It is no
// module of the crate: examples include it.

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

/// A kilobyte in two units.
#[derive(Debug)]
pub struct Flash(pub [u8; 1024]);

impl Flash {
    pub const ERASED: Self = Self([0xff; 1024]);
}

impl ErrorType for Flash {
    type Error = core::convert::Infallible;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.copy_from_slice(&self.0[offset as usize..][..bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 512;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        self.0[from as usize..to as usize].fill(0xff);
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0[offset as usize..][..bytes.len()].copy_from_slice(bytes);
        Ok(())
    }
}
