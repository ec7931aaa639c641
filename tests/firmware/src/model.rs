//! The network and the parameters that the images were built with, and the one call of inference that is under test.

#[cfg(not(feature = "tiny"))]
pub use crate::digits::Digits as Net;
#[cfg(feature = "tiny")]
pub use crate::digits_tiny::DigitsTiny as Net;

include!(env!("TINYCONV_PARAMETERS"));

/// What the network sees: channel, row, column.
pub type Input = [[[f32; 28]; 28]; 1];
/// The memory that inference works in.
pub type Scratch = [f32; Net::INFER_SCRATCH];
/// One number per class.
pub type Logits = [f32; 10];

/// First values of the buffers, which an image keeps in statics.
pub const INPUT: Input = [[[0.0; 28]; 28]; 1];
/// See [`INPUT`].
pub const SCRATCH: Scratch = [0.0; Net::INFER_SCRATCH];
/// See [`INPUT`].
pub const LOGITS: Logits = [0.0; 10];

/// Writes an image, one byte per pixel, as the network was trained to see it.
pub fn fill(input: &mut Input, image: &[u8]) {
    let values = input.as_flattened_mut().as_flattened_mut();
    for (value, &pixel) in values.iter_mut().zip(image) {
        *value = f32::from(pixel) / 255.0;
    }
}

/// One inference with the parameters in flash.
#[inline(always)]
pub fn infer(input: &Input, scratch: &mut Scratch, logits: &mut Logits) {
    Net::infer(&PARAMETERS, input, scratch, logits);
}
