//! From a picture as somebody saved it to an image as the network takes it.

use image::imageops::{FilterType, resize, rotate90, rotate270};
use image::{DynamicImage, RgbImage, RgbaImage};

/// How many pictures were changed on the way, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pictures: usize,
    resized: usize,
    stretched: usize,
    on_white: usize,
    grey: usize,
    /// Files that are no pictures.
    left_out: usize,
}

impl Changes {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            pictures: self.pictures + other.pictures,
            resized: self.resized + other.resized,
            stretched: self.stretched + other.stretched,
            on_white: self.on_white + other.on_white,
            grey: self.grey + other.grey,
            left_out: self.left_out + other.left_out,
        }
    }

    /// The same with so many files that are no pictures.
    pub fn with_left_out(self, left_out: usize) -> Self {
        Self { left_out, ..self }
    }

    /// In words, for the user.
    pub fn notes(&self, [_, rows, columns]: [usize; 3]) -> Vec<String> {
        let all = self.pictures;
        let of = |count: usize, what: String| {
            (count > 0).then(|| format!("note: {count} of {all} pictures {what}"))
        };
        let stretched = match self.stretched {
            0 => String::new(),
            count => format!(" ({count} of them stretched to another aspect ratio)"),
        };
        let left_out = (self.left_out > 0).then(|| {
            format!(
                "note: skipped {} files or folders in the class folders that are not .png or .jpg \
                 files",
                self.left_out
            )
        });
        [
            of(self.resized, format!("were resized to {rows} x {columns}{stretched}")),
            of(self.on_white, "were transparent and were put on white".into()),
            of(self.grey, "were in colour and were converted to grey".into()),
            left_out,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Writes `picture` to `pixels`, channel by channel, row by row.
///
/// # Panics
/// If `shape` has other channels than one or three, or `pixels` another length than its product.
pub fn convert(picture: DynamicImage, shape: [usize; 3], pixels: &mut [u8]) -> Changes {
    let [channels, rows, columns] = shape;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let (has_alpha, has_colour) = (picture.color().has_alpha(), picture.color().has_color());
    let (on_white, mut picture) = match has_alpha {
        true => over_white(picture.into_rgba8()),
        false => (false, picture.into_rgb8()),
    };
    let resized = (height, width) != (rows, columns);
    if resized {
        picture = resized_to(picture, columns as u32, rows as u32);
    }
    let coloured = has_colour && picture.pixels().any(|p| p[0] != p[1] || p[1] != p[2]);
    if channels == 1 {
        pixels.copy_from_slice(DynamicImage::ImageRgb8(picture).to_luma8().as_raw());
    } else {
        assert_eq!(channels, 3, "images are grey or have three colours");
        for (channel, plane) in pixels.chunks_exact_mut(rows * columns).enumerate() {
            for (value, pixel) in plane.iter_mut().zip(picture.pixels()) {
                *value = pixel[channel];
            }
        }
    }
    Changes {
        pictures: 1,
        resized: resized.into(),
        stretched: (height * columns != width * rows).into(),
        on_white: on_white.into(),
        grey: (channels == 1 && coloured).into(),
        left_out: 0,
    }
}

/// Numbers of the map between the two passes of a resizing: 256 MiB.
const MOST_BETWEEN: u64 = 1 << 24;

/// A mean over what falls on a pixel where it gets smaller, straight lines where it gets larger.
///
/// The rows are resized first, into a map as wide as the picture, of four numbers a pixel: for a picture of
/// one long line, that would be gigabytes. Turned by a quarter, it is as tall.
fn resized_to(picture: RgbImage, columns: u32, rows: u32) -> RgbImage {
    let is_wide = u64::from(picture.width()) * u64::from(rows) > MOST_BETWEEN;
    if is_wide {
        let turned = rotate90(&picture);
        drop(picture);
        return rotate270(&resize(&turned, rows, columns, FilterType::Triangle));
    }
    resize(&picture, columns, rows, FilterType::Triangle)
}

/// What is transparent shows white paper, if anything is.
fn over_white(picture: RgbaImage) -> (bool, RgbImage) {
    let is_transparent = picture.pixels().any(|pixel| pixel[3] < u8::MAX);
    let opaque = RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, alpha] = picture.get_pixel(x, y).0;
        let over = |colour: u8| {
            let (colour, alpha) = (u32::from(colour), u32::from(alpha));
            ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8
        };
        image::Rgb([over(r), over(g), over(b)])
    });
    (is_transparent, opaque)
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Luma, Rgb, Rgba};

    use super::*;

    fn converted(picture: impl Into<DynamicImage>, shape: [usize; 3]) -> (Vec<u8>, Changes) {
        let mut pixels = vec![0; shape.iter().product()];
        let changes = convert(picture.into(), shape, &mut pixels);
        (pixels, changes)
    }

    #[test]
    fn what_fits_is_not_changed() {
        let grey = GrayImage::from_fn(3, 2, |x, y| Luma([(10 * y + x) as u8]));
        let (pixels, changes) = converted(grey, [1, 2, 3]);
        assert_eq!(pixels, [0, 1, 2, 10, 11, 12]);
        assert_eq!(changes, Changes { pictures: 1, ..Changes::default() });
        assert!(changes.notes([1, 2, 3]).is_empty());
    }

    #[test]
    fn colours_are_planes_or_become_grey() {
        let picture = RgbImage::from_fn(2, 1, |x, _| Rgb([[255, 0, 0], [1, 2, 3]][x as usize]));
        let (planes, changes) = converted(picture.clone(), [3, 1, 2]);
        assert_eq!(planes, [255, 1, 0, 2, 0, 3]);
        assert_eq!(changes.grey, 0);
        let (grey, changes) = converted(picture, [1, 1, 2]);
        // 0.2126 * 255 and 0.2126 * 1 + 0.7152 * 2 + 0.0722 * 3, to the nearest.
        assert_eq!(grey, [54, 2]);
        assert_eq!(changes.grey, 1);
        let grey = GrayImage::from_pixel(1, 1, Luma([9]));
        assert_eq!(converted(grey, [3, 1, 1]).0, [9, 9, 9]);
    }

    #[test]
    fn transparent_pixels_are_on_white() {
        let picture = RgbaImage::from_fn(3, 1, |x, _| Rgba([100, 0, 0, [255, 0, 51][x as usize]]));
        let (planes, changes) = converted(picture, [3, 1, 3]);
        // A fifth of 100 and of 0, four fifths of 255.
        assert_eq!(planes, [100, 255, 224, 0, 255, 204, 0, 255, 204]);
        assert_eq!(changes.on_white, 1);
        let opaque = RgbaImage::from_pixel(1, 1, Rgba([7, 7, 7, 255]));
        assert_eq!(
            converted(opaque, [1, 1, 1]),
            (vec![7], Changes { pictures: 1, ..Changes::default() })
        );
    }

    #[test]
    fn a_long_line_is_resized_as_any_picture() {
        let column = |x: u32| if x < 3000 { [9, 90, 200] } else { [0, 7, 100] };
        let line = RgbImage::from_fn(6000, 1, |x, _| Rgb(column(x)));
        // Enlarged so much that the other way is taken.
        let (rows, columns) = (3000, 4);
        assert!(6000 * rows > MOST_BETWEEN);
        let usual = resize(&line, columns, rows as u32, FilterType::Triangle);
        assert_eq!(resized_to(line, columns, rows as u32), usual);
    }

    #[test]
    fn other_sizes_are_resized() {
        let picture = GrayImage::from_fn(4, 4, |x, _| Luma([if x < 2 { 0 } else { 200 }]));
        let (pixels, changes) = converted(picture, [1, 2, 2]);
        // The middle of each half has its value, but for what the filter takes from the other.
        assert!(pixels[0] < 40 && pixels[1] > 160, "{pixels:?}");
        assert_eq!((changes.resized, changes.stretched), (1, 0));
        let wide = converted(GrayImage::new(4, 2), [1, 2, 2]).1;
        assert_eq!((wide.resized, wide.stretched), (1, 1));
        let notes = wide.and(changes).notes([1, 2, 2]);
        assert!(notes[0].contains("2 of 2 pictures were resized to 2 x 2 (1 of"));
    }
}
