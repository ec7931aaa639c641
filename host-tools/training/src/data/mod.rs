//! Data for training and evaluation: read strictly, varied reproducibly.
//!
//! Files come from anywhere, so nothing that they claim is believed before it is checked, and every
//! error names the file and says what to do about it.

mod augment;
mod cifar10;
mod dataset;
mod digits8x8;
mod error;
mod float_samples;
#[cfg(feature = "pictures")]
mod folders;
mod hand;
mod idx;
mod images;
mod inputs;
mod kind;
mod opened;
mod samples;
mod shapes;
mod split;
mod split_samples;
mod standardised;
mod warp;

pub use augment::Augmentation;
pub use dataset::{Dataset, bundled_mnist_dir};
pub use digits8x8::{bundled_digits8x8, read_digits8x8};
pub use error::DataError;
#[doc(hidden)]
pub use error::listed;
pub use float_samples::FloatSamples;
#[cfg(feature = "pictures")]
pub use folders::{kept_for_testing, read_pictures};
pub use hand::Hand;
pub use idx::{read_images, read_labels};
pub use images::Images;
pub use inputs::{Inputs, Values};
pub use kind::{DataKind, Wanted, augmentation_of, describe_kinds, kinds};
pub use opened::{Classes, Opened};
pub use samples::Samples;
pub use shapes::shapes;
pub use split::Split;
pub use split_samples::SplitSamples;
pub use standardised::{PixelScale, Standardised};
pub use warp::AugmentScratch;
