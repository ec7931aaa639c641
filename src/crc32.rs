//! The checksum of everything that is stored: model files and checkpoints.

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

/// CRC-32 as in zip, without a table in flash.
pub(crate) static CHECKSUM: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);
