//! Grey pictures side by side.

use super::Image;
use tinyconv_report::plot::PlotError;
use tinyconv_training::picture::PIXEL_LIMIT;

/// Pixels between two pictures, and around them; medium grey, so that black and white are seen.
const GAP: usize = 8;
const GREY: u8 = 160;

/// Small pictures are enlarged to about this height.
const HEIGHT: usize = 224;

/// The pictures in a row, as a PNG file. All are enlarged by the same whole number, if they are
/// small; each has black and white of its own ([`Image::range`]).
///
/// # Errors
/// If there is no picture, or the row would have too many pixels.
///
/// ```
/// use host_tools::filter::Image;
/// use host_tools::filter::maps;
///
/// let (black, white) = (Image::new(1, 1, vec![0.0])?, Image::new(1, 1, vec![1.0])?);
/// let png = maps(&[&black, &white])?;
/// assert!(png.starts_with(b"\x89PNG"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn maps(images: &[&Image]) -> Result<Vec<u8>, PlotError> {
    let sizes: Vec<_> = images.iter().map(|image| (image.rows(), image.columns())).collect();
    let Sheet { rows, columns, scale } = Sheet::of(&sizes)?;
    let mut sheet = vec![GREY; rows * columns];
    let mut left = GAP;
    for image in images {
        let bytes = image.bytes();
        for row in 0..image.rows() * scale {
            let source = &bytes[row / scale * image.columns()..][..image.columns()];
            let target = &mut sheet[(GAP + row) * columns + left..][..image.columns() * scale];
            for (pixels, &byte) in target.chunks_exact_mut(scale).zip(source) {
                pixels.fill(byte);
            }
        }
        left += image.columns() * scale + GAP;
    }
    Ok(Image::png_of(rows, columns, sheet))
}

/// How large a row of pictures is.
///
/// ```
/// use host_tools::filter::Sheet;
///
/// // Asked before the pictures are computed.
/// let refused = Sheet::of(&[(100, 1 << 20); 2]).err();
/// assert!(refused.is_some_and(|error| error.to_string().contains("more than is drawn")));
/// ```
pub struct Sheet {
    rows: usize,
    columns: usize,
    scale: usize,
}

impl Sheet {
    /// Of pictures with so many rows and columns.
    ///
    /// # Errors
    /// If there is no picture, or the row would have too many pixels.
    ///
    /// ```
    /// use host_tools::filter::Sheet;
    ///
    /// assert!(Sheet::of(&[(480, 640), (480, 640)]).is_ok());
    /// assert!(Sheet::of(&[(1, 1 << 24)]).is_err()); // 224 rows of it
    /// ```
    pub fn of(pictures: &[(usize, usize)]) -> Result<Self, PlotError> {
        let height = pictures.iter().map(|&(rows, _)| rows).max();
        let height = height.ok_or(PlotError::Empty("picture"))?;
        let scale = (HEIGHT / height).max(1);
        let width: usize = pictures.iter().map(|&(_, columns)| columns * scale + GAP).sum();
        let (rows, columns) = (height * scale + 2 * GAP, width + GAP);
        if (rows as u64).saturating_mul(columns as u64) > 8 * PIXEL_LIMIT {
            return Err(PlotError::TooLarge(format!("{rows} x {columns} pixels")));
        }
        Ok(Self { rows, columns, scale })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_stand_in_a_row() {
        let a = Image::new(56, 2, (0..112).map(|index| (index % 2) as f32).collect()).unwrap();
        let b = Image::new(1, 1, vec![-3.0]).unwrap();
        let png = maps(&[&a, &b]).unwrap();
        assert_eq!(png, maps(&[&a, &b]).unwrap());
        let sheet = image::load_from_memory(&png).unwrap().into_luma8();
        // Enlarged four times: 8 + 2 * 4 + 8 + 1 * 4 + 8 columns.
        assert_eq!(sheet.dimensions(), (36, 56 * 4 + 16));
        let row: Vec<u8> = (0..36).map(|column| sheet.get_pixel(column, 8).0[0]).collect();
        let expected = [[GREY; 8].as_slice(), &[0; 4], &[255; 4], &[GREY; 8], &[0; 4], &[GREY; 8]];
        assert_eq!(row, expected.concat());
        // The smaller picture ends, the larger one goes on.
        assert_eq!((sheet.get_pixel(24, 12).0[0], sheet.get_pixel(12, 231).0[0]), (GREY, 255));
    }

    #[test]
    fn no_picture() {
        assert!(matches!(maps(&[]), Err(PlotError::Empty("picture"))));
    }
}
