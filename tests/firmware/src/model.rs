//! The parameters that the images were built with, and the one call that is under test.

use crate::digits::Digits;

include!(env!("TINYCONV_PARAMETERS"));

/// What the network sees: channel, row, column.
pub type Input = [[[f32; 28]; 28]; 1];
/// The memory that inference works in.
pub type Scratch = [f32; Digits::INFER_SCRATCH];
/// One number per class.
pub type Logits = [f32; 10];

/// First values of the buffers, which an image keeps in statics.
pub const INPUT: Input = [[[0.0; 28]; 28]; 1];
/// See [`INPUT`].
pub const SCRATCH: Scratch = [0.0; Digits::INFER_SCRATCH];
/// See [`INPUT`].
pub const LOGITS: Logits = [0.0; 10];

/// One inference with the parameters in flash.
#[inline(always)]
pub fn infer(input: &Input, scratch: &mut Scratch, logits: &mut Logits) {
    Digits::infer(&PARAMETERS, input, scratch, logits);
}
