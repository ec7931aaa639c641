//! Model files that a command writes where there is one already.

use std::path::Path;

use tinyconv_training::files::{self, FileError};

use super::output;

/// Writes a model file, and says what was kept of the one that was there.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    if let Some((kept, why)) = files::replace(path, bytes)? {
        output::note(&format!(
            "note: the {} that was there is kept as {}: {why}",
            path.display(),
            kept.display(),
        ));
    }
    Ok(())
}
