//! What the parameters of a network are stored as.

use core::fmt::Debug;

/// A stored parameter, of which a kernel makes the number that it computes with.
///
/// ```
/// use tinyconv::kernels::dense;
/// use tinyconv::{Direct, Weight};
///
/// /// A weight in a byte, in eighths.
/// #[derive(Clone, Copy, Debug)]
/// struct Eighths(i8);
///
/// impl Weight for Eighths {
///     fn value(self) -> f32 {
///         f32::from(self.0) * 0.125
///     }
/// }
///
/// let (weight, bias) = ([Eighths(8), Eighths(-4)], [Eighths(2)]);
/// let mut output = [0.0f32];
/// dense::forward([2, 1], Direct, &[3.0, 10.0], &weight, &bias, &mut output);
/// assert_eq!(output, [0.25 + 3.0 - 5.0]);
/// ```
pub trait Weight: Copy + Debug + Send + Sync + 'static {
    /// The number that it stands for.
    ///
    /// ```
    /// assert_eq!(tinyconv::Weight::value(0.5f32), 0.5);
    /// ```
    fn value(self) -> f32;
}

impl Weight for f32 {
    #[inline(always)]
    fn value(self) -> f32 {
        self
    }
}
