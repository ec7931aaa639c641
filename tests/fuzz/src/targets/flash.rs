//! A flash that fails when it is told to.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

/// Bytes of the flash.
pub const LEN: usize = 2048;
const UNIT: usize = 256;
const WORD: usize = 4;

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// A call does nothing and says so.
    Refused,
    /// A call does half of what it should, and says so.
    Cut,
    /// A bit is other than it was given, or read otherwise than it is.
    Flipped(u8),
}

impl Fault {
    /// Any of them.
    pub fn of(byte: u8) -> Self {
        match byte % 4 {
            0 => Self::Refused,
            1 => Self::Cut,
            _ => Self::Flipped(byte),
        }
    }
}

/// The error of a flash that has failed.
#[derive(Debug)]
pub struct Troubled;

impl NorFlashError for Troubled {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

/// A flash, its fault to come and after how many calls.
pub struct Flash {
    bytes: Vec<u8>,
    armed: Option<(Fault, u8)>,
    faults: usize,
    misread: bool,
}

impl Flash {
    pub fn erased() -> Self {
        Self { bytes: vec![0xff; LEN], armed: None, faults: 0, misread: false }
    }

    /// The call after `calls` others has this fault.
    pub fn arm(&mut self, fault: Fault, calls: u8) {
        self.armed = Some((fault, calls % 32));
    }

    /// Changes a byte behind everyone's back.
    pub fn damage(&mut self, at: usize, bits: u8) {
        self.bytes[at] ^= bits | 1;
    }

    /// How many faults there were.
    pub fn faults(&self) -> usize {
        self.faults
    }

    /// Whether something was read otherwise than it is, since this was asked last.
    pub fn take_misread(&mut self) -> bool {
        std::mem::take(&mut self.misread)
    }

    fn fault(&mut self) -> Option<Fault> {
        let (fault, calls) = self.armed?;
        if calls > 0 {
            self.armed = Some((fault, calls - 1));
            return None;
        }
        self.armed = None;
        self.faults += 1;
        Some(fault)
    }
}

impl ErrorType for Flash {
    type Error = Troubled;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Troubled> {
        let start = offset as usize;
        bytes.copy_from_slice(&self.bytes[start..start + bytes.len()]);
        match self.fault() {
            None => Ok(()),
            Some(Fault::Refused | Fault::Cut) => Err(Troubled),
            Some(Fault::Flipped(bit)) => {
                let at = usize::from(bit) % bytes.len().max(1);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << (bit % 8);
                    self.misread = true;
                }
                Ok(())
            }
        }
    }

    fn capacity(&self) -> usize {
        LEN
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = UNIT;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Troubled> {
        let range = from as usize..to as usize;
        assert!(range.start.is_multiple_of(UNIT) && range.end.is_multiple_of(UNIT));
        match self.fault() {
            Some(Fault::Refused) => return Err(Troubled),
            Some(Fault::Cut) => {
                let half = range.len() / 2;
                self.bytes[range][..half].fill(0xff);
                return Err(Troubled);
            }
            Some(Fault::Flipped(bit)) => {
                let at = range.start + usize::from(bit) % range.len().max(1);
                self.bytes[range].fill(0xff);
                self.bytes[at] ^= 1 << (bit % 8);
            }
            None => self.bytes[range].fill(0xff),
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Troubled> {
        let start = offset as usize;
        assert!(start.is_multiple_of(WORD) && bytes.len().is_multiple_of(WORD));
        let fault = self.fault();
        let whole = match fault {
            Some(Fault::Refused) => return Err(Troubled),
            Some(Fault::Cut) => bytes.len() / 2,
            Some(Fault::Flipped(_)) | None => bytes.len(),
        };
        for (cell, &byte) in self.bytes[start..].iter_mut().zip(&bytes[..whole]) {
            // Only an erase sets bits.
            *cell &= byte;
        }
        match fault {
            Some(Fault::Cut) => Err(Troubled),
            Some(Fault::Flipped(bit)) => {
                let at = start + usize::from(bit) % bytes.len().max(1);
                self.bytes[at] ^= 1 << (bit % 8);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
