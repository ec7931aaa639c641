//! What an image occupies, read from the section headers of its ELF file (32 bits, little-endian).

use std::fs;
use std::path::Path;

const WRITE: u32 = 1;
const OCCUPIES_MEMORY: u32 = 2;
const EXECUTABLE: u32 = 4;
/// A section type without bytes in the file: zeroed at start.
const NOBITS: u32 = 8;

/// Bytes of memory by kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Instructions, start-up code included.
    pub code: u32,
    /// All that is stored in flash: vectors, code, constants and the first values of variables.
    pub flash: u32,
    /// Variables, zeroed ones included; the stack is not.
    pub static_ram: u32,
}

/// Adds up the sections of the file at `path`.
///
/// # Errors
/// If it cannot be read or is no such file.
pub fn footprint(path: &Path) -> Result<Footprint, String> {
    let file = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    sections(&file).ok_or_else(|| format!("{} is no 32-bit little-endian ELF file", path.display()))
}

fn sections(file: &[u8]) -> Option<Footprint> {
    if !file.starts_with(b"\x7fELF\x01\x01") {
        return None;
    }
    let table = word(file, 32)? as usize;
    let (size, count) = (half(file, 46)? as usize, half(file, 48)? as usize);
    // The sections' names are in a section of their own.
    let names = word(file, table + usize::from(half(file, 50)?) * size + 16)? as usize;
    let mut footprint = Footprint::default();
    for header in (0..count).map(|index| table + index * size) {
        let (kind, flags, bytes) =
            (word(file, header + 4)?, word(file, header + 8)?, word(file, header + 20)?);
        let name = file.get(names + word(file, header)? as usize..)?;
        if flags & OCCUPIES_MEMORY == 0 || name.starts_with(b".stack\0") {
            continue;
        }
        if flags & EXECUTABLE != 0 {
            footprint.code += bytes;
        }
        if flags & WRITE != 0 {
            footprint.static_ram += bytes;
        }
        if kind != NOBITS {
            footprint.flash += bytes;
        }
    }
    Some(footprint)
}

/// The names of all functions and variables in the file at `path`, in one text.
///
/// # Errors
/// If it cannot be read or is no such file.
pub fn symbols(path: &Path) -> Result<String, String> {
    let file = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    section(&file, b".strtab\0")
        .map(|names| String::from_utf8_lossy(names).into_owned())
        .ok_or_else(|| format!("{} has no symbols", path.display()))
}

/// The bytes of the section whose name, with the zero behind it, is `wanted`.
fn section<'a>(file: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    let (table, size) = (word(file, 32)? as usize, usize::from(half(file, 46)?));
    let names = word(file, table + usize::from(half(file, 50)?) * size + 16)? as usize;
    for header in (0..usize::from(half(file, 48)?)).map(|index| table + index * size) {
        if file.get(names + word(file, header)? as usize..)?.starts_with(wanted) {
            let (offset, bytes) =
                (word(file, header + 16)? as usize, word(file, header + 20)? as usize);
            return file.get(offset..)?.get(..bytes);
        }
    }
    None
}

fn word(file: &[u8], at: usize) -> Option<u32> {
    let bytes = file.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

fn half(file: &[u8], at: usize) -> Option<u16> {
    let bytes = file.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*bytes))
}
