//! A data set that a network learns in an instant: class `c` is a bright square in place `c`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::{Compression, write::GzEncoder};

/// Training images.
pub const TRAIN: u32 = 320;
/// Test images.
pub const TEST: u32 = 100;
/// Rows and columns.
pub const SIZE: u32 = 28;

/// An IDX file with any header and payload.
pub fn idx(magic: u32, sizes: &[u32], payload: &[u8]) -> Vec<u8> {
    let words = [&[magic], sizes].concat();
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    bytes.extend_from_slice(payload);
    bytes
}

/// `count` images of `rows` x `columns`.
pub fn images(count: u32, rows: u32, columns: u32) -> Vec<u8> {
    let mut pixels = Vec::new();
    for index in 0..count {
        let class = index % 10;
        let (top, left) = (2 + class / 5 * 12, 1 + class % 5 * 5);
        for row in 0..rows {
            for column in 0..columns {
                let inside = (top..top + 8).contains(&row) && (left..left + 5).contains(&column);
                // Noise that differs from image to image.
                let noise = (index * 31 + row * 17 + column * 7) % 40;
                pixels.push((noise + if inside { 200 } else { 0 }) as u8);
            }
        }
    }
    idx(0x0803, &[count, rows, columns], &pixels)
}

/// The labels of `count` images.
pub fn labels(count: u32) -> Vec<u8> {
    let labels: Vec<u8> = (0..count).map(|index| (index % 10) as u8).collect();
    idx(0x0801, &[count], &labels)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Writes a whole data set, half of it compressed, into `parent/data`.
pub fn write(parent: &Path) -> PathBuf {
    let directory = parent.join("data");
    fs::create_dir(&directory).unwrap();
    let file = |name: &str, bytes: Vec<u8>| fs::write(directory.join(name), bytes).unwrap();
    file("train-images-idx3-ubyte.gz", gzip(&images(TRAIN, SIZE, SIZE)));
    file("train-labels-idx1-ubyte", labels(TRAIN));
    file("t10k-images-idx3-ubyte", images(TEST, SIZE, SIZE));
    file("t10k-labels-idx1-ubyte.gz", gzip(&labels(TEST)));
    directory
}
