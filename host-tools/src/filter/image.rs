//! A grey picture: read from a file without trust, written as PNG.

use std::io::Cursor;
use std::path::Path;

use ::image::{GrayImage, ImageFormat};

use super::FilterError;
use tinyconv_training::picture;

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
    /// If the file cannot be read, is not a whole picture, or has too many pixels.
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
        let picture = picture::read(path)?;
        let (rows, columns) = (picture.height() as usize, picture.width() as usize);
        Self::new(rows, columns, picture.to_luma32f().into_raw())
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
