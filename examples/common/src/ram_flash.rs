//! QEMU's machine has no flash that can be written to: this one is made of RAM that survives a reset. Its power can fail
//! in the middle of a write.

use core::convert::Infallible;
use core::sync::atomic::{AtomicU8, AtomicU32, Ordering};

use cortex_m::peripheral::SCB;
use cortex_m_semihosting::hprintln;
use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

/// Bytes of the flash.
pub const LENGTH: usize = 80 * 1024;

// SAFETY: atomics hold any bytes, and only this is in the section, which no reset writes to.
#[unsafe(link_section = ".uninit.ram_flash")]
static BYTES: [AtomicU8; LENGTH] = [const { AtomicU8::new(0) }; LENGTH];

/// Writes until the power fails.
static WRITES_LEFT: AtomicU32 = AtomicU32::new(u32::MAX);

/// After `writes` more writes, the next one is only half done.
pub fn fail_after(writes: u32) {
    WRITES_LEFT.store(writes, Ordering::Relaxed);
}

/// All that is in RAM is lost, but for the flash.
pub fn power_failure() -> ! {
    hprintln!("--- power fails ---");
    SCB::sys_reset()
}

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
        let left = WRITES_LEFT.load(Ordering::Relaxed);
        let done = if left == 0 { bytes.len() / 2 } else { bytes.len() };
        // As in flash, writing only clears bits.
        for (stored, &byte) in BYTES[offset as usize..].iter().zip(&bytes[..done]) {
            stored.fetch_and(byte, Ordering::Relaxed);
        }
        if left == 0 {
            power_failure();
        }
        WRITES_LEFT.store(left - 1, Ordering::Relaxed);
        Ok(())
    }
}
