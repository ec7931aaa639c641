//! Images in bytes.

/// Images of one size, a byte for each channel of each pixel: channel by channel, row by row.
///
/// ```
/// use tinyconv_training::data::Inputs;
///
/// let inputs = Inputs::bytes([1, 2, 2], vec![1, 2, 3, 4, 5, 6, 7, 8]);
/// let images = inputs.images().unwrap();
/// assert_eq!((images.rows, images.columns, images.image(1)), (2, 2, &[5, 6, 7, 8][..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Images<'a> {
    /// Channels of each image: one if it is grey, three (red, green, blue) if it has colours.
    pub channels: usize,
    /// Rows of each image.
    pub rows: usize,
    /// Columns of each image.
    pub columns: usize,
    /// The pixels of all images, one image after the other.
    pub pixels: &'a [u8],
}

impl<'a> Images<'a> {
    /// The pixels of image `index`, channel by channel, row by row.
    ///
    /// # Panics
    ///
    /// If there is no such image, as a slice does.
    ///
    /// ```
    /// use tinyconv_training::data::Inputs;
    ///
    /// let inputs = Inputs::bytes([1, 1, 2], vec![1, 2, 3, 4]);
    /// assert_eq!(inputs.images().unwrap().image(1), [3, 4]);
    /// ```
    #[must_use]
    pub fn image(self, index: usize) -> &'a [u8] {
        let size = self.channels * self.rows * self.columns;
        &self.pixels[index * size..][..size]
    }
}
