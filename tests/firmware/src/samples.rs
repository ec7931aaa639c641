//! The test images and their labels, in flash, as bytes.

use tinyconv::Bytes;

/// Rows of an image, and columns.
const SIDE: usize = if cfg!(feature = "lenet") { 32 } else { 28 };

/// One image: channel, row, column.
pub type Image = [[[u8; SIDE]; SIDE]; 1];
/// An image without anything in it.
pub const BLANK: Image = [[[0; SIDE]; SIDE]; 1];

/// What a pixel stands for, as the networks were trained to see it.
pub static PIXELS: [f32; 256] = Bytes::table(0.0, 255.0);
/// Two bytes for each image.
static LABELS: &[u8] = include_bytes!(env!("TINYCONV_LABELS"));
/// One byte per pixel, image after image.
static BYTES: &[u8] = include_bytes!(env!("TINYCONV_IMAGES"));

/// All images.
pub fn images() -> &'static [Image] {
    let (rows, _) = BYTES.as_chunks();
    let (channels, _) = rows.as_chunks();
    channels.as_chunks().0
}

/// The class of each image.
pub fn labels() -> impl Iterator<Item = u16> + Clone {
    LABELS.as_chunks().0.iter().map(|&label| u16::from_le_bytes(label))
}
