//! The network, its trained parameters in flash, and a digit to look at; for the program `finetune`,
//! images and a flash.

#![no_std]

pub mod ram_flash;
pub mod samples;

tinyconv::network! {
    /// 28x28 grey-scale digits.
    pub Digits: 1 x 28 x 28 {
        conv1: Conv2d { out: 6, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        conv2: Conv2d { out: 16, kernel: 5 }, Relu, MaxPool2d { size: 2 },
        classify: Dense { out: 10 },
    }
}

/// What `tinyconv export trained/digits.tinyconv --format bin` wrote, as numbers: the compiler
/// converts them, so they cost flash and nothing else.
pub static PARAMETERS: [f32; Digits::PARAMS] = {
    let bytes = include_bytes!("../digits.bin").as_chunks::<4>().0;
    let mut parameters = [0.0; Digits::PARAMS];
    let mut i = 0;
    while i < parameters.len() {
        parameters[i] = f32::from_le_bytes(bytes[i]);
        i += 1;
    }
    parameters
};

/// A three, 20 rows of 20 pixels, `#` for ink.
const THREE: [&[u8; 20]; 20] = [
    b"....................",
    b".....########.......",
    b"....###########.....",
    b"...####....#####....",
    b"...##........###....",
    b".............###....",
    b"............####....",
    b"...........####.....",
    b".......#######......",
    b".......########.....",
    b"...........#####....",
    b".............###....",
    b"..............###...",
    b"..............###...",
    b"...##.........###...",
    b"..####.......####...",
    b"...#####...#####....",
    b"....###########.....",
    b"......#######.......",
    b"....................",
];

/// Draws the three into the middle of an image.
pub fn draw(image: &mut [[f32; 28]; 28]) {
    for (row, line) in image[4..24].iter_mut().zip(THREE) {
        for (pixel, &mark) in row[4..24].iter_mut().zip(line) {
            *pixel = if mark == b'#' { 1.0 } else { 0.0 };
        }
    }
}
