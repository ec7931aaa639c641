//! IDX files, plain and gzipped.

use tinyconv_training::data::{read_images, read_labels};

use crate::scratch::Scratch;

pub fn run(scratch: &mut Scratch, bytes: &[u8]) {
    let path = scratch.with(bytes);
    if let Ok(images) = read_images(path) {
        assert_eq!(images.shape()[0], 1);
    }
    let _ = read_labels(path);
}
