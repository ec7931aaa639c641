//! Pictures inside of the page: PNG in `data:` addresses, never larger than they need to be.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops;
use image::{DynamicImage, ImageEncoder};

/// A picture, grey or in colours.
pub(super) type Picture = DynamicImage;

/// Longer sides are made shorter: twenty pictures of noise in colours then are well below 2 MB.
pub(super) const LONGEST_SIDE: u32 = 96;

/// The picture of values in bytes, channel by channel, row by row: three channels are red, green and
/// blue, of others the first is shown.
pub(super) fn of_bytes(rows: usize, columns: usize, bytes: &[u8]) -> Picture {
    let (height, width) = (rows as u32, columns as u32);
    let plane = rows * columns;
    let picture = if bytes.len() == 3 * plane {
        let pixel = |index: usize| [bytes[index], bytes[plane + index], bytes[2 * plane + index]];
        let pixels = (0..plane).flat_map(pixel).collect();
        image::RgbImage::from_raw(width, height, pixels).map(DynamicImage::from)
    } else {
        let first = bytes.iter().copied().take(plane).collect();
        image::GrayImage::from_raw(width, height, first).map(DynamicImage::from)
    };
    let picture = picture.unwrap_or_else(|| DynamicImage::new_luma8(1, 1));
    if width.max(height) > LONGEST_SIDE {
        picture.resize(LONGEST_SIDE, LONGEST_SIDE, imageops::FilterType::Triangle)
    } else {
        picture
    }
}

/// The address of the picture, which holds the picture.
pub(super) fn data_uri(picture: &Picture) -> String {
    let mut png = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive);
    encoder
        .write_image(picture.as_bytes(), picture.width(), picture.height(), picture.color().into())
        .expect("a buffer takes every byte, and the picture has as many as its size says");
    format!("data:image/png;base64,{}", BASE64_STANDARD.encode(png))
}
