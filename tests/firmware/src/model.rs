//! The network and the parameters that the images were built with, and the one call of inference that is under test.

use tinyconv::Bytes;
#[cfg(feature = "lenet")]
use tinyconv::Network as _;

#[cfg(not(any(feature = "tiny", feature = "dense", feature = "lenet")))]
pub use crate::digits::Digits as Net;
#[cfg(feature = "dense")]
pub use crate::digits_dense::DigitsDense as Net;
#[cfg(feature = "tiny")]
pub use crate::digits_tiny::DigitsTiny as Net;
use crate::samples::{Image, PIXELS};

/// The network that runs.
#[cfg(feature = "lenet")]
pub type Net = tinyconv::Deployed<crate::lenet::LeNet>;

include!(env!("TINYCONV_PARAMETERS"));

/// The memory that inference works in.
pub type Scratch = [f32; Net::INFER_SCRATCH];
/// One number per class.
pub type Logits = [f32; 10];

/// First values of the buffers, which an image keeps in statics.
pub const SCRATCH: Scratch = [0.0; Net::INFER_SCRATCH];
/// See [`SCRATCH`].
pub const LOGITS: Logits = [0.0; 10];

/// One inference; the parameters and the image stay in flash.
#[inline(always)]
pub fn infer(image: &Image, scratch: &mut Scratch, logits: &mut Logits) {
    Net::infer_from(&PARAMETERS, Bytes(&PIXELS), image, scratch, logits);
}
