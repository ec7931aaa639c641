//! The flash of QEMU's machine cannot be written to: this one is made of RAM that survives a reset.

use core::convert::Infallible;
use core::sync::atomic::{AtomicU8, Ordering};

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

/// Bytes of the flash: two checkpoints of all layers.
pub const LENGTH: usize = 48 * 1024;

// SAFETY: atomics hold any bytes, and only this is in the section, which no reset writes to.
#[unsafe(link_section = ".uninit.ram_flash")]
static BYTES: [AtomicU8; LENGTH] = [const { AtomicU8::new(0) }; LENGTH];

/// RAM in the place of flash.
pub struct RamFlash;

impl ErrorType for RamFlash {
    type Error = Infallible;
}

impl ReadNorFlash for RamFlash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
        for (byte, stored) in bytes.iter_mut().zip(&BYTES[offset as usize..]) {
            *byte = stored.load(Ordering::Relaxed);
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        LENGTH
    }
}

impl NorFlash for RamFlash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 4096;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Infallible> {
        for byte in &BYTES[from as usize..to as usize] {
            byte.store(0xff, Ordering::Relaxed);
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Infallible> {
        // As in flash, writing only clears bits.
        for (stored, &byte) in BYTES[offset as usize..].iter().zip(bytes) {
            stored.fetch_and(byte, Ordering::Relaxed);
        }
        Ok(())
    }
}
