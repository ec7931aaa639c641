//! Files that a command writes, one of which may have to be kept under another name.

use tinyconv_training::files::{FileError, FileSet};
use tinyconv_training::text::shown;

use super::output;

/// Gives the files of `set` their names, and says what was kept of those that were there.
pub fn commit(set: FileSet) -> Result<(), FileError> {
    for kept in set.commit()? {
        output::note(&format!(
            "note: the {} that was there is kept as {}: {}",
            shown(&kept.path),
            shown(&kept.name),
            kept.why,
        ));
    }
    Ok(())
}
