//! The checksum of everything that is stored: model files and checkpoints.

use crc::{CRC_32_ISO_HDLC, Crc};

/// How it is computed: bit by bit, without a table in flash.
#[cfg(not(target_pointer_width = "64"))]
type Way = crc::NoTable;

/// How it is computed: on a host, tables of 16 kB are nothing, and a copy of a board's flash is megabytes.
#[cfg(target_pointer_width = "64")]
type Way = crc::Table<16>;

/// CRC-32 as in zip.
pub(crate) static CHECKSUM: Crc<u32, Way> = Crc::<u32, Way>::new(&CRC_32_ISO_HDLC);
