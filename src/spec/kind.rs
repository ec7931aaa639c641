//! The kinds of layers and their options.

use super::{Dims, ShapeError};

/// Cells of a max-pooling window: the choice of one is a byte, of which one value says "none".
const MAX_POOL_CELLS: usize = 254;

/// What a layer computes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum LayerKind {
    /// [`layers::Conv2d`](crate::layers::Conv2d)
    Conv2d(Conv2dOptions),
    /// [`layers::MaxPool2d`](crate::layers::MaxPool2d)
    MaxPool2d(PoolOptions),
    /// [`layers::AvgPool2d`](crate::layers::AvgPool2d)
    AvgPool2d(PoolOptions),
    /// [`layers::GlobalAvgPool2d`](crate::layers::GlobalAvgPool2d)
    GlobalAvgPool2d,
    /// [`layers::Flatten`](crate::layers::Flatten)
    Flatten,
    /// [`layers::Dense`](crate::layers::Dense)
    Dense(DenseOptions),
    /// [`Identity`](crate::Identity)
    Identity,
    /// [`Relu`](crate::Relu)
    Relu,
    /// [`LeakyRelu`](crate::LeakyRelu)
    LeakyRelu(LeakyReluOptions),
    /// [`Tanh`](crate::Tanh)
    Tanh,
    /// [`Sigmoid`](crate::Sigmoid)
    Sigmoid,
}

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

impl Conv2dOptions {
    /// Stride 1, no padding; `out` and `kernel` must be given.
    pub const NEW: Self =
        Self { out: 0, kernel: [0, 0], stride: [1, 1], padding: PaddingOption::Zeros([0, 0]) };

    /// Zeros before the first and after the last row (axis 0) or column (axis 1).
    const fn zeros(self, axis: usize, input: usize) -> (usize, usize) {
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

impl LayerKind {
    /// The name as in [`network!`](crate::network).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Conv2d(_) => "Conv2d",
            Self::MaxPool2d(_) => "MaxPool2d",
            Self::AvgPool2d(_) => "AvgPool2d",
            Self::GlobalAvgPool2d => "GlobalAvgPool2d",
            Self::Flatten => "Flatten",
            Self::Dense(_) => "Dense",
            Self::Identity => "Identity",
            Self::Relu => "Relu",
            Self::LeakyRelu(_) => "LeakyRelu",
            Self::Tanh => "Tanh",
            Self::Sigmoid => "Sigmoid",
        }
    }

    /// Parameters of such a layer for an input of shape `input`.
    #[must_use]
    pub const fn params(&self, input: Dims) -> usize {
        match self {
            Self::Conv2d(o) => input
                .channels()
                .saturating_mul(o.kernel[0])
                .saturating_mul(o.kernel[1])
                .saturating_add(1)
                .saturating_mul(o.out),
            Self::Dense(o) => input.len().saturating_add(1).saturating_mul(o.out),
            _ => 0,
        }
    }

    /// Multiply-adds of such a layer for an input of shape `input`, taps on padding included.
    #[must_use]
    pub const fn multiply_adds(&self, input: Dims) -> usize {
        match (self, self.output(input)) {
            (Self::Conv2d(o), Ok(output)) => output
                .len()
                .saturating_mul(input.channels())
                .saturating_mul(o.kernel[0])
                .saturating_mul(o.kernel[1]),
            (Self::Dense(o), _) => input.len().saturating_mul(o.out),
            _ => 0,
        }
    }

    /// Rows and columns of the kernel or window.
    #[must_use]
    pub const fn window(&self, input: Dims) -> [usize; 2] {
        match self {
            Self::Conv2d(o) => o.kernel,
            Self::MaxPool2d(o) | Self::AvgPool2d(o) => o.size,
            Self::GlobalAvgPool2d => [input.height(), input.width()],
            _ => [1, 1],
        }
    }

    /// Rows and columns from one output position to the next.
    #[must_use]
    pub const fn stride(&self) -> [usize; 2] {
        match self {
            Self::Conv2d(o) => o.stride,
            Self::MaxPool2d(o) | Self::AvgPool2d(o) => o.strides(),
            _ => [1, 1],
        }
    }

    /// Rows of zeros above and columns of zeros left of the input.
    #[must_use]
    pub const fn padding(&self, input: Dims) -> [usize; 2] {
        match self {
            Self::Conv2d(o) => [o.zeros(0, input.height()).0, o.zeros(1, input.width()).0],
            _ => [0, 0],
        }
    }

    /// Rows and columns of the input with its zeros.
    #[must_use]
    pub const fn padded(&self, input: Dims) -> [usize; 2] {
        match self {
            Self::Conv2d(o) => {
                let (above, below) = o.zeros(0, input.height());
                let (left, right) = o.zeros(1, input.width());
                [
                    input.height().saturating_add(above).saturating_add(below),
                    input.width().saturating_add(left).saturating_add(right),
                ]
            }
            _ => [input.height(), input.width()],
        }
    }

    /// The bits of a leaky ReLU's slope; 0 for other layers.
    #[must_use]
    pub const fn slope_bits(&self) -> u32 {
        match self {
            Self::LeakyRelu(o) => o.slope.to_bits(),
            _ => 0,
        }
    }

    /// A pooling layer whose windows lie side by side, without gaps.
    #[must_use]
    pub const fn windows_tile(&self, input: Dims) -> bool {
        let (window, stride) = (self.window(input), self.stride());
        window[0] == stride[0] && window[1] == stride[1]
    }

    pub(super) const fn output(&self, input: Dims) -> Result<Dims, ShapeError> {
        let channels = match self {
            Self::Conv2d(o) => o.out,
            Self::MaxPool2d(_) | Self::AvgPool2d(_) => input.channels(),
            Self::GlobalAvgPool2d => {
                return match input {
                    Dims::Map([channels, ..]) => Ok(Dims::Vector(channels)),
                    Dims::Vector(_) => Err(ShapeError::NotAMap),
                };
            }
            Self::Flatten => return Ok(Dims::Vector(input.len())),
            Self::Dense(DenseOptions { out: 0 }) => return Err(ShapeError::ZeroSize),
            Self::Dense(o) => return Ok(Dims::Vector(o.out)),
            Self::LeakyRelu(o) if !(o.slope > 0.0 && o.slope < f32::INFINITY) => {
                return Err(ShapeError::SlopeNotPositive);
            }
            Self::Identity | Self::Relu | Self::LeakyRelu(_) | Self::Tanh | Self::Sigmoid => {
                return Ok(input);
            }
        };
        if let Dims::Vector(_) = input {
            return Err(ShapeError::NotAMap);
        }
        let (window, stride) = (self.window(input), self.stride());
        if channels == 0 || window[0] == 0 || window[1] == 0 {
            return Err(ShapeError::ZeroSize);
        }
        if stride[0] == 0 || stride[1] == 0 {
            return Err(ShapeError::ZeroStride);
        }
        let padded = self.padded(input);
        if window[0] > padded[0] || window[1] > padded[1] {
            return Err(ShapeError::LargerThanInput);
        }
        if let Self::MaxPool2d(_) = self
            && window[0].saturating_mul(window[1]) > MAX_POOL_CELLS
        {
            return Err(ShapeError::TooManyCells);
        }
        Ok(Dims::Map([
            channels,
            (padded[0] - window[0]) / stride[0] + 1,
            (padded[1] - window[1]) / stride[1] + 1,
        ]))
    }
}
