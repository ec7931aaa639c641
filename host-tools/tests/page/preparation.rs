//! Drawings become pictures as MNIST's digits did: digits that are drawn are recognised as well as those that the
//! network was tested with.

use tinyconv_page::drawing::SIDE;

use crate::program::{BUILT_IN, Program};
use crate::sample;

const DIGITS: usize = 200;

/// Each pixel of a picture becomes a square of `size` points, beginning at a point of the drawing.
fn drawn(picture: &[u8], size: usize, [top, left]: [usize; 2]) -> Vec<u8> {
    let mut ink = vec![0; SIDE * SIDE];
    for (index, &pixel) in picture.iter().enumerate() {
        let (row, column) = (top + index / 28 * size, left + index % 28 * size);
        for point in 0..size * size {
            ink[(row + point / size) * SIDE + column + point % size] = pixel;
        }
    }
    ink
}

#[test]
fn digits_of_another_size_and_elsewhere_are_recognised_as_well() {
    let images = sample::images();
    let mut page = Program::start(BUILT_IN);
    page.open(sample::DIGITS).unwrap();
    let mut correct = |picture: &dyn Fn(&mut Program, &[u8]) -> Vec<u8>| {
        let mut correct = 0;
        for sample in 0..DIGITS {
            let pixels = picture(&mut page, images.images().unwrap().image(sample));
            let logits = page.infer(&pixels, 10).unwrap();
            let best = (0..10).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap();
            correct += usize::from(best == usize::from(images.labels[sample]));
        }
        correct
    };
    let tested = correct(&|_, picture| picture.to_vec());
    // Large, and small in a corner.
    for (size, place) in [(10, [0, 0]), (4, [160, 3])] {
        let drawn =
            correct(&|page, picture| page.prepare(&drawn(picture, size, place), 784).unwrap());
        // One in a hundred: drawings are centred to a part of a pixel, MNIST's pictures to a whole one.
        assert!(drawn + DIGITS / 100 >= tested, "{drawn} of {DIGITS} instead of {tested}");
    }
    assert!(tested > DIGITS * 97 / 100, "{tested}");
}

#[test]
fn nothing_drawn_is_said() {
    let mut page = Program::start(BUILT_IN);
    let blank = vec![0; SIDE * SIDE];
    assert!(page.prepare(&blank, 784).unwrap_err().contains("no model file is open"));
    page.open(sample::DIGITS).unwrap();
    assert!(page.prepare(&blank, 784).unwrap_err().contains("nothing is drawn"));
}
