//! A grey picture: read from a file without trust, written as PNG.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use ::image::{
    DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
};

use super::FilterError;

/// A picture with more pixels is not read.
///
/// ```
/// assert_eq!(host_tools::filter::PIXEL_LIMIT, 4096 * 4096);
/// ```
pub const PIXEL_LIMIT: u64 = 1 << 24;

/// More bytes are not read from one file; a pixel of the largest kind has 16.
const READ_LIMIT: u64 = 16 * PIXEL_LIMIT;

/// Values of a picture's pixels, row by row; black is 0 and white is 1 in what is read, results have
/// any values.
///
/// ```
/// use host_tools::filter::Image;
///
/// let image = Image::new(1, 2, vec![0.0, 1.0])?;
/// assert_eq!(image.bytes(), [0, 255]);
/// # Ok::<(), host_tools::filter::FilterError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    rows: usize,
    columns: usize,
    values: Vec<f32>,
}

impl Image {
    /// A picture of `rows` x `columns` values.
    ///
    /// # Errors
    /// If there is no value, or not one for each pixel.
    ///
    /// ```
    /// use host_tools::filter::Image;
    ///
    /// assert!(Image::new(2, 2, vec![0.5; 4]).is_ok());
    /// assert!(Image::new(2, 2, vec![0.5; 5]).is_err());
    /// ```
    pub fn new(rows: usize, columns: usize, values: Vec<f32>) -> Result<Self, FilterError> {
        if values.is_empty() || rows.checked_mul(columns) != Some(values.len()) {
            return Err(FilterError::Shape { rows, columns, values: values.len() });
        }
        Ok(Self { rows, columns, values })
    }

    /// A picture of `rows` x `columns` bytes, of which 255 is white.
    ///
    /// # Errors
    /// If there is no byte, or not one for each pixel.
    ///
    /// ```
    /// use host_tools::filter::Image;
    ///
    /// assert_eq!(Image::from_bytes(1, 3, &[0, 51, 255])?.values(), [0.0, 0.2, 1.0]);
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    pub fn from_bytes(rows: usize, columns: usize, bytes: &[u8]) -> Result<Self, FilterError> {
        Self::new(rows, columns, bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect())
    }

    /// Reads a PNG or JPEG file. Colours become their luminance; transparency is not looked at.
    ///
    /// # Errors
    /// If the file cannot be read, is not a whole picture, or has more than [`PIXEL_LIMIT`] pixels.
    ///
    /// ```
    /// use host_tools::filter::Image;
    ///
    /// let directory = tempfile::tempdir()?;
    /// let path = directory.path().join("two.png");
    /// let image = Image::from_bytes(1, 2, &[51, 255])?;
    /// std::fs::write(&path, image.png())?;
    /// assert_eq!(Image::read(&path)?.bytes(), [51, 255]);
    ///
    /// std::fs::write(&path, &image.png()[..40])?; // cut short
    /// assert!(Image::read(&path).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(path: &Path) -> Result<Self, FilterError> {
        let unreadable = |source| FilterError::Unreadable { path: path.into(), source };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(READ_LIMIT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > READ_LIMIT {
            return Err(FilterError::TooLarge { path: path.into(), limit: READ_LIMIT });
        }
        let no_picture = |source| match source {
            ImageError::Limits(_) => FilterError::Limits { path: path.into(), source },
            source => FilterError::NoPicture { path: path.into(), source },
        };
        // The content decides, whatever the file is called.
        let mut reader =
            ImageReader::new(Cursor::new(&bytes)).with_guessed_format().map_err(unreadable)?;
        let format = reader.format();
        let mut limits = Limits::default();
        limits.max_alloc = Some(READ_LIMIT);
        reader.limits(limits);
        let decoder = reader.into_decoder().map_err(no_picture)?;
        let (columns, rows) = decoder.dimensions();
        if u64::from(columns) * u64::from(rows) > PIXEL_LIMIT {
            return Err(FilterError::TooManyPixels { path: path.into(), rows, columns });
        }
        let picture = DynamicImage::from_decoder(decoder).map_err(no_picture)?;
        // The decoder fills up the missing part with grey.
        if format == Some(ImageFormat::Jpeg) && !jpeg_has_end(&bytes) {
            return Err(FilterError::Truncated { path: path.into() });
        }
        Self::new(rows as usize, columns as usize, picture.to_luma32f().into_raw())
    }

    /// Rows, at least one.
    ///
    /// ```
    /// use host_tools::filter::Image;
    ///
    /// let image = Image::new(2, 3, vec![0.0, 0.1, 0.2, 0.3, 0.4, 0.5])?;
    /// assert_eq!(image.rows(), 2);
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns, at least one.
    ///
    /// ```
    /// use host_tools::filter::Image;
    ///
    /// let image = Image::new(2, 3, vec![0.0, 0.1, 0.2, 0.3, 0.4, 0.5])?;
    /// assert_eq!(image.columns(), 3);
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The values, row by row.
    ///
    /// ```
    /// use host_tools::filter::Image;
    ///
    /// let image = Image::new(2, 3, vec![0.0, 0.1, 0.2, 0.3, 0.4, 0.5])?;
    /// assert_eq!(image.values()[3..], [0.3, 0.4, 0.5]); // the second row
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The same size with other values, which are one for each pixel.
    pub(super) fn with(&self, values: Vec<f32>) -> Self {
        debug_assert_eq!(values.len(), self.values.len());
        Self { rows: self.rows, columns: self.columns, values }
    }

    /// The value that is shown black and the one that is shown white.
    ///
    /// 0 and 1 if all values are between them; else 0 and the largest value, or, if some are
    /// negative, two values around 0, which is then a medium grey. Values that are no numbers do not
    /// count.
    ///
    /// ```
    /// use host_tools::filter::Image;
    ///
    /// let range = |values| Image::new(1, 2, values).map(|image| image.range());
    /// assert_eq!(range(vec![0.2, 0.9])?, (0.0, 1.0));
    /// assert_eq!(range(vec![0.0, 8.0])?, (0.0, 8.0));
    /// assert_eq!(range(vec![-4.0, 1.0])?, (-4.0, 4.0));
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn range(&self) -> (f32, f32) {
        let finite = || self.values.iter().copied().filter(|value| value.is_finite());
        let (least, most) = finite().fold((0.0, 0.0), |(a, b): (f32, f32), v| (a.min(v), b.max(v)));
        // Rounding takes a mean of ones a little above one, which is still white.
        let almost = 1e-5;
        if least >= -almost && most <= 1.0 + almost {
            (0.0, 1.0)
        } else if least >= 0.0 {
            (0.0, most)
        } else {
            let reach = most.max(-least);
            (-reach, reach)
        }
    }

    /// A byte for each pixel, from 0 for black to 255 for white in [`range`](Self::range); values
    /// that are no numbers are black.
    ///
    /// ```
    /// use host_tools::filter::Image;
    ///
    /// assert_eq!(Image::new(1, 3, vec![-4.0, 0.0, 4.0])?.bytes(), [0, 128, 255]);
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let (black, white) = self.range();
        let byte = |&value: &f32| ((value - black) / (white - black) * 255.0).round() as u8;
        self.values.iter().map(byte).collect()
    }

    /// The picture as a PNG file of 8 bits per pixel.
    ///
    /// ```
    /// use host_tools::filter::Image;
    ///
    /// assert!(Image::new(1, 1, vec![0.5])?.png().starts_with(b"\x89PNG"));
    /// # Ok::<(), host_tools::filter::FilterError>(())
    /// ```
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        Self::png_of(self.rows, self.columns, self.bytes())
    }

    /// A PNG file of `rows` x `columns` bytes.
    pub(crate) fn png_of(rows: usize, columns: usize, bytes: Vec<u8>) -> Vec<u8> {
        let size = |pixels| u32::try_from(pixels).expect("pictures have far fewer pixels");
        let picture = GrayImage::from_raw(size(columns), size(rows), bytes);
        let mut png = Cursor::new(Vec::new());
        picture
            .expect("a byte per pixel")
            .write_to(&mut png, ImageFormat::Png)
            .expect("grey bytes in memory can be encoded");
        png.into_inner()
    }
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
    use super::*;

    #[test]
    fn pictures_without_or_with_other_numbers_of_pixels() {
        for (rows, columns, values) in [(0, 0, 0), (0, 3, 0), (2, 2, 3), (usize::MAX, 2, 4)] {
            let error = Image::new(rows, columns, vec![0.0; values]).unwrap_err();
            assert!(matches!(error, FilterError::Shape { .. }));
        }
    }

    #[test]
    fn what_is_black_and_what_is_white() {
        let image = |values: &[f32]| Image::new(1, values.len(), values.to_vec()).unwrap();
        assert_eq!(image(&[0.0, 0.2, 1.0]).bytes(), [0, 51, 255]);
        assert_eq!(image(&[0.0, 2.0, 4.0]).bytes(), [0, 128, 255]);
        assert_eq!(image(&[-4.0, 0.0, 2.0]).bytes(), [0, 128, 191]);
        assert_eq!(image(&[f32::NAN, 1.0]).bytes(), [0, 255]);
    }

    #[test]
    fn a_picture_written_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("picture");
        let bytes: Vec<u8> = (0..=255).collect();
        let image = Image::from_bytes(8, 32, &bytes).unwrap();
        std::fs::write(&path, image.png()).unwrap();
        assert_eq!(Image::read(&path).unwrap(), image);
    }
}
