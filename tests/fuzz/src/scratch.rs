//! A file for what reads files.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// A file whose content changes with every input.
pub struct Scratch(NamedTempFile);

impl Scratch {
    pub fn new() -> Self {
        Self(NamedTempFile::new().expect("a temporary directory that can be written to"))
    }

    /// The file with these bytes.
    pub fn with(&mut self, bytes: &[u8]) -> &Path {
        fill(self.0.as_file_mut(), bytes).expect("a temporary file that can be written to");
        self.0.path()
    }
}

fn fill(file: &mut File, bytes: &[u8]) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(bytes)
}
