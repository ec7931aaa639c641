//! The options of layers, as `network!` takes them.

/// Options of a convolution.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DenseOptions {
    /// Outputs.
    pub out: usize,
}

/// Options of a leaky ReLU.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LeakyReluOptions {
    /// What negative numbers are multiplied by.
    pub slope: f32,
}

/// Options of batch normalisation.
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
