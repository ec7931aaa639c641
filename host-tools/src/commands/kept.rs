//! Files that a command writes, one of which may have to be kept under another name.

use tinyconv_training::files::{FileError, FileSet};

use super::output;

/// Gives the files of `set` their names, and says what was kept of those that were there.
pub fn commit(set: FileSet) -> Result<(), FileError> {
    for kept in set.commit()? {
        output::note(&format!(
            "note: the {} that was there is kept as {}: {}",
            kept.path.display(),
            kept.name.display(),
            kept.why,
        ));
    }
    Ok(())
}
