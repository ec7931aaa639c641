//! The 1 797 digits of 8 x 8 pixels that this repository carries, as a table in text.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::idx::open;
use super::{DataError, Inputs, Split};

/// Pixels of an image.
const PIXELS: usize = 64;

/// The largest pixel.
const WHITE: u8 = 16;

/// Bytes of text that are read at most: a table of a hundred times as many digits.
const TEXT_LIMIT: u64 = 64 << 20;

/// The file of the copy that this repository carries.
///
/// ```
/// assert!(tinyconv_training::data::bundled_digits8x8().is_file());
/// ```
#[must_use]
pub fn bundled_digits8x8() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/digits8x8/digits.csv.gz")
}

/// Reads digits of 8 x 8 pixels, plain or gzipped: a line for each, 64 pixels of 0 to 16 and the
/// label, with commas between them.
///
/// # Errors
/// If the file cannot be read, has no line, or a line that is something else.
///
/// ```
/// use tinyconv_training::data::{bundled_digits8x8, read_digits8x8};
///
/// let digits = read_digits8x8(&bundled_digits8x8())?;
/// assert_eq!(digits.labels.len(), 1797);
/// assert_eq!(digits.labels[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
/// assert_eq!(digits.images().unwrap().image(0)[..8], [0, 0, 5, 13, 9, 1, 0, 0]);
/// # Ok::<(), tinyconv_training::data::DataError>(())
/// ```
pub fn read_digits8x8(path: &Path) -> Result<Split, DataError> {
    let mut text = String::new();
    open(path)?
        .bytes
        .take(TEXT_LIMIT)
        .read_to_string(&mut text)
        .map_err(|source| DataError::Unreadable { path: path.into(), source })?;
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let wrong = || DataError::TableLine { path: path.into(), line: index + 1 };
        let numbers: Option<Vec<u8>> = line.split(',').map(whole_number).collect();
        match numbers.as_deref().and_then(<[u8]>::split_last) {
            Some((&label, image))
                if image.len() == PIXELS && label < 10 && image.iter().all(|&x| x <= WHITE) =>
            {
                pixels.extend(image);
                labels.push(label.into());
            }
            _ => return Err(wrong()),
        }
    }
    if labels.is_empty() {
        return Err(DataError::TableLine { path: path.into(), line: 1 });
    }
    Ok(Split::new(Inputs::bytes([1, 8, 8], pixels), labels))
}

/// Some programs write whole numbers as `5.0`, or as `5.000000000000000000e+00`.
fn whole_number(text: &str) -> Option<u8> {
    let number: f64 = text.trim().parse().ok()?;
    (number.fract() == 0.0 && (0.0..256.0).contains(&number)).then_some(number as u8)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[track_caller]
    fn refuses(text: &str, line: usize) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("digits.csv");
        fs::write(&path, text).unwrap();
        let error = read_digits8x8(&path).unwrap_err();
        assert!(matches!(error, DataError::TableLine { line: found, .. } if found == line));
    }

    #[test]
    fn lines_that_are_no_digits_are_refused() {
        let good = format!("{}3\n", "0,16,".repeat(32));
        refuses("", 1);
        refuses(&format!("{good}1,2,3\n"), 2);
        refuses(&good.replace("16,3", "17,3"), 1);
        refuses(&good.replace("16,3", "16,10"), 1);
        refuses(&good.replace("16,3", "0.5,3"), 1);
        refuses(&good.replace("16,3", "NaN,3"), 1);
        refuses(&good.replace("16,3", "x,3"), 1);
        refuses(&format!("{good}\n{good}"), 2);
    }
}
