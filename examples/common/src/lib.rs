//! What the examples for boards share: the network, its trained parameters in flash, two digits to
//! look at, and how a program logs.

#![no_std]

mod log;
#[cfg(feature = "semihosting")]
pub mod ram_flash;

use tinyconv::Bytes;

#[cfg(feature = "semihosting")]
#[doc(hidden)]
pub use cortex_m_semihosting;
#[cfg(feature = "defmt")]
#[doc(hidden)]
pub use defmt;
pub use static_cell::ConstStaticCell;

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

/// Whether all layers are trained, or the last one.
pub const ALL_LAYERS: bool = cfg!(feature = "all-layers");

/// What the program `finetune` trains.
#[cfg(not(feature = "all-layers"))]
pub type Trained = tinyconv::tuning::Last<1>;
/// What the program `finetune` trains.
#[cfg(feature = "all-layers")]
pub type Trained = tinyconv::tuning::All;

/// Starts the program again after its first four steps, in QEMU only, which has no button to press.
pub fn press_reset(_generation: u64) {
    #[cfg(feature = "semihosting")]
    if _generation == 1 {
        cortex_m::peripheral::SCB::sys_reset();
    }
}

/// The number that each byte of an image stands for.
pub static PIXELS: [f32; 256] = Bytes::table(0.0, 255.0);

/// An image as a camera gives it: no copy in `f32` is made of it.
pub type Image = [[[u8; 28]; 28]; 1];

/// A three.
pub static THREE: Image = drawn([
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
]);

/// A one with the long upstroke of continental Europe, which the network takes for a seven.
pub static ONE: Image = drawn([
    b"....................",
    b".............##.....",
    b"............####....",
    b"..........######....",
    b".........###.###....",
    b".......###...###....",
    b"......###....###....",
    b"....###.....###.....",
    b"...###......###.....",
    b"............###.....",
    b"............###.....",
    b"...........###......",
    b"...........###......",
    b"...........###......",
    b"...........###......",
    b"..........###.......",
    b"..........###.......",
    b"..........###.......",
    b"..........###.......",
    b"....................",
]);

/// 20 rows of 20 pixels, `#` for ink, in the middle of an image.
const fn drawn(rows: [&[u8; 20]; 20]) -> Image {
    let mut image = [[[0; 28]; 28]; 1];
    let mut i = 0;
    while i < 400 {
        if rows[i / 20][i % 20] == b'#' {
            image[0][4 + i / 20][4 + i % 20] = 255;
        }
        i += 1;
    }
    image
}
