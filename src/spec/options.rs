//! The options of layers, as `network!` takes them.

/// Options of a convolution.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::spec::{Conv2dOptions, LayerKind};
///
/// tinyconv::network! { Net: 1 x 8 x 8 { Conv2d { out: 2, kernel: (3, 1), stride: 2 } } }
///
/// let options = Conv2dOptions { out: 2, kernel: [3, 1], stride: [2, 2], ..Conv2dOptions::NEW };
/// assert_eq!(Net::LAYERS[0].kind, LayerKind::Conv2d(options));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Conv2dOptions {
    /// Output channels.
    pub out: usize,
    /// Rows and columns of the kernel.
    pub kernel: [usize; 2],
    /// Rows and columns from one output position to the next.
    pub stride: [usize; 2],
    /// Zeros around the input.
    pub padding: PaddingOption,
}

/// Options of a convolution of each channel by itself.
///
/// ```
/// use tinyconv::spec::{DepthwiseConv2dOptions, Dims, LayerKind};
///
/// let options = DepthwiseConv2dOptions { kernel: [3, 3], ..DepthwiseConv2dOptions::NEW };
/// assert_eq!(LayerKind::DepthwiseConv2d(options).params(Dims::Map([8, 9, 9])), 8 * (9 + 1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DepthwiseConv2dOptions {
    /// Rows and columns of the kernel.
    pub kernel: [usize; 2],
    /// Rows and columns from one output position to the next.
    pub stride: [usize; 2],
    /// Zeros around the input.
    pub padding: PaddingOption,
}

/// Zeros around the input of a convolution.
///
/// ```
/// use tinyconv::spec::{Conv2dOptions, Dims, LayerKind, LayerSpec, PaddingOption};
///
/// let padded = |padding| {
///     let options = Conv2dOptions { out: 1, kernel: [3, 3], padding, ..Conv2dOptions::NEW };
///     LayerSpec { name: "", kind: LayerKind::Conv2d(options) }.output(Dims::Map([1, 8, 8]))
/// };
/// assert_eq!(padded(PaddingOption::Zeros([0, 0])), Ok(Dims::Map([1, 6, 6])));
/// assert_eq!(padded(PaddingOption::Same), Ok(Dims::Map([1, 8, 8])));
/// assert_eq!(padded(PaddingOption::Full), Ok(Dims::Map([1, 10, 10])));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum PaddingOption {
    /// So many rows above and below, so many columns left and right.
    Zeros([usize; 2]),
    /// As many as give an output of `input / stride`, rounded up; where their number is odd, the
    /// one more is below or to the right.
    Same,
    /// `kernel - 1` on every side: every position where kernel and input meet.
    Full,
}

/// Options of a pooling layer.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::spec::{LayerKind, PoolOptions};
///
/// tinyconv::network! { Net: 1 x 8 x 8 { MaxPool2d { size: 2 }, Dense { out: 2 } } }
///
/// assert_eq!(Net::LAYERS[0].kind, LayerKind::MaxPool2d(PoolOptions { size: [2, 2], stride: None }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PoolOptions {
    /// Rows and columns of the window.
    pub size: [usize; 2],
    /// Rows and columns from one window to the next; `None` is the size of the window.
    pub stride: Option<[usize; 2]>,
}

/// Options of a fully connected layer.
///
/// ```
/// use tinyconv::spec::{DenseOptions, Dims, LayerKind};
///
/// let dense = LayerKind::Dense(DenseOptions { out: 3 });
/// assert_eq!(dense.params(Dims::Map([2, 2, 2])), (8 + 1) * 3);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DenseOptions {
    /// Outputs.
    pub out: usize,
}

/// Options of a leaky ReLU.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::spec::{LayerKind, LeakyReluOptions};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 }, LeakyRelu } }
///
/// assert_eq!(Net::LAYERS[1].kind, LayerKind::LeakyRelu(LeakyReluOptions { slope: 0.01 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LeakyReluOptions {
    /// What negative numbers are multiplied by.
    pub slope: f32,
}

/// Options of batch normalisation.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::spec::{BatchNormOptions, LayerKind};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 }, BatchNorm { momentum: 0.25 } } }
///
/// let options = BatchNormOptions { epsilon: 1e-5, momentum: 0.25 };
/// assert_eq!(Net::LAYERS[1].kind, LayerKind::BatchNorm(options));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BatchNormOptions {
    /// Added to the variance, so that the division stays finite.
    pub epsilon: f32,
    /// The share of a batch in the running averages.
    pub momentum: f32,
}

/// Options of dropout.
///
/// ```
/// use tinyconv::spec::{Dims, DropoutOptions, LayerKind, LayerSpec, ShapeError};
///
/// let dropout = |keep| {
///     let kind = LayerKind::Dropout(DropoutOptions { keep });
///     LayerSpec { name: "", kind }.output(Dims::Vector(4))
/// };
/// assert_eq!(dropout(0.5), Ok(Dims::Vector(4)));
/// assert_eq!(dropout(0.0), Err(ShapeError::KeepsNothing));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DropoutOptions {
    /// The probability with which an element is kept.
    pub keep: f32,
}

impl Conv2dOptions {
    /// Stride 1, no padding; `out` and `kernel` must be given.
    pub const NEW: Self =
        Self { out: 0, kernel: [0, 0], stride: [1, 1], padding: PaddingOption::Zeros([0, 0]) };

    /// Zeros before the first and after the last row (axis 0) or column (axis 1).
    pub(super) const fn zeros(self, axis: usize, input: usize) -> (usize, usize) {
        match self.padding {
            PaddingOption::Zeros(zeros) => (zeros[axis], zeros[axis]),
            PaddingOption::Full => {
                let zeros = self.kernel[axis].saturating_sub(1);
                (zeros, zeros)
            }
            PaddingOption::Same => {
                let stride = if self.stride[axis] == 0 { 1 } else { self.stride[axis] };
                let last = input.div_ceil(stride).saturating_sub(1).saturating_mul(stride);
                let zeros = last.saturating_add(self.kernel[axis]).saturating_sub(input);
                (zeros / 2, zeros - zeros / 2)
            }
        }
    }
}

impl PoolOptions {
    /// Windows side by side; `size` must be given.
    pub const NEW: Self = Self { size: [0, 0], stride: None };

    /// Rows and columns from one window to the next.
    ///
    /// ```
    /// use tinyconv::spec::PoolOptions;
    ///
    /// assert_eq!(PoolOptions { size: [2, 3], stride: None }.strides(), [2, 3]);
    /// assert_eq!(PoolOptions { size: [2, 3], stride: Some([1, 1]) }.strides(), [1, 1]);
    /// ```
    #[must_use]
    pub const fn strides(self) -> [usize; 2] {
        match self.stride {
            Some(stride) => stride,
            None => self.size,
        }
    }
}

impl DenseOptions {
    /// `out` must be given.
    pub const NEW: Self = Self { out: 0 };
}

impl LeakyReluOptions {
    /// A slope of 0.01.
    pub const NEW: Self = Self { slope: 0.01 };
}

impl DepthwiseConv2dOptions {
    /// Stride 1, no padding; `kernel` must be given.
    pub const NEW: Self =
        Self { kernel: [0, 0], stride: [1, 1], padding: PaddingOption::Zeros([0, 0]) };
}

impl BatchNormOptions {
    /// Epsilon 1e-5, momentum 0.1, as in PyTorch.
    pub const NEW: Self = Self { epsilon: 1e-5, momentum: 0.1 };
}

impl DropoutOptions {
    /// `keep` must be given.
    pub const NEW: Self = Self { keep: 0.0 };
}
