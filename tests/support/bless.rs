//! Expected output in files that the tests can write anew.

use std::path::Path;
use std::{env, fs};

/// Compares `printed` with the file at `path`; with `TINYCONV_BLESS=1`, writes the file.
///
/// # Panics
/// If they differ, or the file cannot be read or written.
#[track_caller]
pub fn compare(path: impl AsRef<Path>, printed: &str) {
    let path = path.as_ref();
    if env::var_os("TINYCONV_BLESS").is_some_and(|value| value == "1") {
        fs::write(path, printed).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let expected =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(printed, expected, "printed, then expected in {}", path.display());
}
