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
    let expected = expected(path, printed.as_bytes());
    let expected = String::from_utf8_lossy(&expected);
    assert_eq!(printed, expected, "printed, then expected in {}", path.display());
}

/// The same for bytes that nobody reads.
///
/// # Panics
/// As [`compare`].
#[track_caller]
pub fn compare_bytes(path: impl AsRef<Path>, bytes: &[u8]) {
    let path = path.as_ref();
    assert!(bytes == expected(path, bytes), "other bytes than {}", path.display());
}

/// What the file at `path` has, after `bytes` were written to it if they are to be.
#[track_caller]
fn expected(path: &Path, bytes: &[u8]) -> Vec<u8> {
    let blessed = env::var_os("TINYCONV_BLESS").is_some_and(|value| value == "1");
    let written = if blessed { fs::write(path, bytes) } else { Ok(()) };
    let read = written.and_then(|()| fs::read(path));
    read.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
