//! Fixed kernels on pictures, by three methods that can be compared: what a convolution does can be
//! seen, and what it costs can be measured.
//!
//! All of it is the cross-correlation that deep learning calls convolution, as in the core:
//!
//! `output[r][c] = sum of input[r + m - R][c + n - C] * weight[m][n]`
//!
//! with a kernel of `2 R + 1` rows and `2 C + 1` columns, an output of the input's size, and zeros
//! outside. The convolution of signal processing has `r - m + R` and `c - n + C` in place of these:
//! turn the kernel by 180 degrees to get it. A picture with a single 1 therefore gives the kernel
//! turned by 180 degrees.
//!
//! | [`Method`] | |
//! |---|---|
//! | `Direct` | the sum above; the bits of the core's [`conv2d`](tinyconv::kernels::conv2d) |
//! | `Separable` | along the rows, then along the columns, if the kernel is a product of two |
//! | `Fft` | a product of spectra, with zeros so that nothing comes round from the other side |

mod direct;
mod error;
mod fft;
mod filters;
mod image;
mod kernel;
mod maps;
mod measure;
mod method;
#[cfg(test)]
mod tests;

pub use error::FilterError;
pub use filters::{Cost, Filter};
pub use image::Image;
pub use kernel::{Kernel, SIZE_LIMIT};
pub use maps::{Sheet, maps};
pub use measure::{Timing, measure};
pub use method::Method;
