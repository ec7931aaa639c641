//! PNG and JPEG files, read without trust: nothing that a header claims costs memory before it is
//! checked.

use crate::text::shown;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use thiserror::Error;

use crate::files;

/// A picture with more pixels is not read.
///
/// ```
/// assert_eq!(tinyconv_training::picture::PIXEL_LIMIT, 4096 * 4096);
/// ```
pub const PIXEL_LIMIT: u64 = 1 << 24;

/// More bytes are not read from one file; a pixel of the largest kind has 16.
const READ_LIMIT: u64 = 16 * PIXEL_LIMIT;

/// Why a file is no picture.
///
/// ```
/// use tinyconv_training::picture::{self, PictureError};
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("seven.png");
/// std::fs::write(&path, "seven")?;
/// let error = picture::read(&path).unwrap_err();
/// assert!(matches!(error, PictureError::NoPicture { .. }));
/// assert!(error.to_string().contains("seven.png is not a PNG or JPEG picture"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// A file cannot be read.
    #[error("cannot read the picture {}; check the path", shown(.path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },

    /// A file is larger than any picture that is taken.
    #[error("{} has more than {limit} bytes; give a smaller picture", shown(.path))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest number of bytes that is read.
        limit: u64,
    },

    /// A file is no whole picture.
    #[error(
        "{} is not a PNG or JPEG picture, or it is damaged; give another file",
        shown(.path)
    )]
    NoPicture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ImageError,
    },

    /// A file ends within the picture.
    #[error("{} is truncated: the picture has no end; download it again", shown(.path))]
    Truncated {
        /// The file.
        path: PathBuf,
    },

    /// A header announces more pixels than are taken.
    #[error(
        "{} claims {rows} x {columns} pixels, more than the limit of {PIXEL_LIMIT} in all; make \
         the picture smaller",
        shown(.path)
    )]
    TooManyPixels {
        /// The file.
        path: PathBuf,
        /// Its rows.
        rows: u32,
        /// Its columns.
        columns: u32,
    },

    /// The decoder would need more memory than it gets.
    #[error("{} is larger than any picture that can be read; make it smaller", shown(.path))]
    Limits {
        /// The file.
        path: PathBuf,
        /// Which limit it is.
        source: ImageError,
    },
}

/// Reads a PNG or JPEG file, whatever it is called, upright: as its Exif orientation says.
///
/// # Errors
/// If the file cannot be read, is not a whole picture, or has more than [`PIXEL_LIMIT`] pixels.
///
/// ```
/// use tinyconv_training::picture;
/// use image::{GrayImage, ImageFormat};
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("two-pixels.jpg"); // a PNG file all the same
/// let pixels = GrayImage::from_raw(2, 1, vec![7, 250]).expect("two bytes for two pixels");
/// pixels.save_with_format(&path, ImageFormat::Png)?;
/// assert_eq!(picture::read(&path)?.into_luma8(), pixels);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(path: &Path) -> Result<DynamicImage, PictureError> {
    let unreadable = |source| PictureError::Unreadable { path: path.into(), source };
    let bytes = files::read_at_most(path, READ_LIMIT).map_err(unreadable)?;
    let bytes =
        bytes.ok_or_else(|| PictureError::TooLarge { path: path.into(), limit: READ_LIMIT })?;
    let no_picture = |source| match source {
        ImageError::Limits(_) => PictureError::Limits { path: path.into(), source },
        source => PictureError::NoPicture { path: path.into(), source },
    };
    // The content decides, whatever the file is called.
    let mut reader =
        ImageReader::new(Cursor::new(&bytes)).with_guessed_format().map_err(unreadable)?;
    let format = reader.format();
    let mut limits = Limits::default();
    limits.max_alloc = Some(READ_LIMIT);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(no_picture)?;
    let (columns, rows) = decoder.dimensions();
    if u64::from(columns) * u64::from(rows) > PIXEL_LIMIT {
        return Err(PictureError::TooManyPixels { path: path.into(), rows, columns });
    }
    let orientation = decoder.orientation().map_err(no_picture)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(no_picture)?;
    // The decoder fills up the missing part with grey.
    if format == Some(ImageFormat::Jpeg) && !jpeg_has_end(&bytes) {
        return Err(PictureError::Truncated { path: path.into() });
    }
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Whether a JPEG file, of which the header has been read, goes on to its end-of-image marker.
///
/// Segments are skipped by their length, since a thumbnail within has an end, too.
fn jpeg_has_end(bytes: &[u8]) -> bool {
    const END: u8 = 0xd9;
    // Within compressed data: a stuffed 0xff, restart markers, fill bytes.
    let is_data = |code: u8| matches!(code, 0x00 | 0xd0..=0xd7 | 0xff);
    let mut at = 2;
    while let Some(&[marker, code]) = bytes.get(at..at + 2) {
        if marker != 0xff || is_data(code) {
            at += 1;
        } else if code == END {
            return true;
        } else {
            let Some(&[high, low]) = bytes.get(at + 2..at + 4) else { return false };
            at += 2 + usize::from(u16::from_be_bytes([high, low]));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::fs;

    use image::codecs::jpeg::JpegEncoder;
    use image::codecs::png::PngEncoder;
    use image::{ExtendedColorType, ImageEncoder};

    use super::*;

    /// Exif with one entry: orientation 6, to be turned clockwise.
    const TURNED: &[u8] = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

    #[test]
    fn pictures_of_a_telephone_are_upright() {
        let directory = tempfile::tempdir().unwrap();
        // As the sensor sees it: the left half is white.
        let pixels: Vec<u8> = (0..16 * 8).map(|i| if i % 16 < 8 { 255 } else { 0 }).collect();
        fn write(mut encoder: impl ImageEncoder, pixels: &[u8]) {
            encoder.set_exif_metadata(TURNED.to_vec()).unwrap();
            encoder.write_image(pixels, 16, 8, ExtendedColorType::L8).unwrap();
        }
        let (mut jpeg, mut png) = (Vec::new(), Vec::new());
        write(JpegEncoder::new_with_quality(&mut jpeg, 95), &pixels);
        write(PngEncoder::new(&mut png), &pixels);
        for (name, bytes) in [("a.jpg", jpeg), ("a.png", png)] {
            let path = directory.path().join(name);
            fs::write(&path, bytes).unwrap();
            let picture = read(&path).unwrap().into_luma8();
            assert_eq!(picture.dimensions(), (8, 16), "{name}");
            let [top, bottom] = [2, 13].map(|y| picture.get_pixel(4, y)[0]);
            assert!(top > 200 && bottom < 50, "{name}: {top}, {bottom}");
        }
    }
}
