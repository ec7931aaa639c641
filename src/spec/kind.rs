//! The kinds of layers and what follows from their options.

use super::{
    BatchNormOptions, Conv2dOptions, DenseOptions, DepthwiseConv2dOptions, Dims, DropoutOptions,
    LeakyReluOptions, PoolOptions, ShapeError,
};

/// Cells of a max-pooling window: the choice of one is a byte, of which one value says "none".
const MAX_POOL_CELLS: usize = 254;

/// What a layer computes.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::spec::{DenseOptions, LayerKind};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 3 }, Tanh } }
///
/// let kinds: Vec<LayerKind> = Net::LAYERS.iter().map(|layer| layer.kind).collect();
/// assert_eq!(kinds, [LayerKind::Dense(DenseOptions { out: 3 }), LayerKind::Tanh]);
/// ```
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
    /// [`layers::DepthwiseConv2d`](crate::layers::DepthwiseConv2d)
    DepthwiseConv2d(DepthwiseConv2dOptions),
    /// [`layers::BatchNorm`](crate::layers::BatchNorm)
    BatchNorm(BatchNormOptions),
    /// [`layers::Dropout`](crate::layers::Dropout)
    Dropout(DropoutOptions),
    /// [`layers::Softmax`](crate::layers::Softmax)
    Softmax,
    /// The begin of a [`layers::Residual`](crate::layers::Residual): what comes in is kept.
    Skip,
    /// The end of a [`layers::Residual`](crate::layers::Residual): what was kept is added.
    Add,
}

impl LayerKind {
    /// The name as in [`network!`](crate::network).
    ///
    /// ```
    /// use tinyconv::spec::LayerKind;
    ///
    /// assert_eq!(LayerKind::GlobalAvgPool2d.name(), "GlobalAvgPool2d");
    /// ```
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
            Self::DepthwiseConv2d(_) => "DepthwiseConv2d",
            Self::BatchNorm(_) => "BatchNorm",
            Self::Dropout(_) => "Dropout",
            Self::Softmax => "Softmax",
            Self::Skip => "Skip",
            Self::Add => "Add",
        }
    }

    /// Parameters of such a layer for an input of shape `input`.
    ///
    /// ```
    /// use tinyconv::spec::{Conv2dOptions, Dims, LayerKind};
    ///
    /// let options = Conv2dOptions { out: 8, kernel: [5, 3], ..Conv2dOptions::NEW };
    /// let conv = LayerKind::Conv2d(options);
    /// assert_eq!(conv.params(Dims::Map([2, 28, 28])), (2 * 5 * 3 + 1) * 8);
    /// assert_eq!(LayerKind::Relu.params(Dims::Vector(10)), 0);
    /// ```
    #[must_use]
    pub const fn params(&self, input: Dims) -> usize {
        match self {
            Self::Conv2d(o) => input
                .channels()
                .saturating_mul(o.kernel[0])
                .saturating_mul(o.kernel[1])
                .saturating_add(1)
                .saturating_mul(o.out),
            Self::DepthwiseConv2d(o) => o.kernel[0]
                .saturating_mul(o.kernel[1])
                .saturating_add(1)
                .saturating_mul(input.channels()),
            Self::Dense(o) => input.len().saturating_add(1).saturating_mul(o.out),
            Self::BatchNorm(_) => input.channels().saturating_mul(4),
            _ => 0,
        }
    }

    /// The layer is there on a device too: all but batch normalisation, which is
    /// [folded](crate::fold), and dropout.
    ///
    /// ```
    /// use tinyconv::spec::{DropoutOptions, LayerKind};
    ///
    /// assert!(LayerKind::Relu.is_deployed());
    /// assert!(!LayerKind::Dropout(DropoutOptions { keep: 0.5 }).is_deployed());
    /// ```
    #[must_use]
    pub const fn is_deployed(&self) -> bool {
        !matches!(self, Self::BatchNorm(_) | Self::Dropout(_))
    }

    /// A layer with parameters that batch normalisation can follow, and be folded into.
    ///
    /// ```
    /// use tinyconv::spec::{DenseOptions, LayerKind};
    ///
    /// assert!(LayerKind::Dense(DenseOptions { out: 4 }).can_be_normalised());
    /// assert!(!LayerKind::Relu.can_be_normalised());
    /// ```
    #[must_use]
    pub const fn can_be_normalised(&self) -> bool {
        matches!(self, Self::Conv2d(_) | Self::DepthwiseConv2d(_) | Self::Dense(_))
    }

    /// A convolution of either kind, as one that mixes channels.
    const fn convolution(&self, input: Dims) -> Option<Conv2dOptions> {
        match *self {
            Self::Conv2d(o) => Some(o),
            Self::DepthwiseConv2d(o) => {
                let DepthwiseConv2dOptions { kernel, stride, padding } = o;
                Some(Conv2dOptions { out: input.channels(), kernel, stride, padding })
            }
            _ => None,
        }
    }

    /// Multiply-adds of such a layer for an input of shape `input`, taps on padding included.
    ///
    /// ```
    /// use tinyconv::spec::{Conv2dOptions, Dims, LayerKind};
    ///
    /// let options = Conv2dOptions { out: 8, kernel: [5, 3], ..Conv2dOptions::NEW };
    /// let conv = LayerKind::Conv2d(options);
    /// // 8 x 24 x 26 outputs of 2 x 5 x 3 taps each
    /// assert_eq!(conv.multiply_adds(Dims::Map([2, 28, 28])), 8 * 24 * 26 * 2 * 5 * 3);
    /// ```
    #[must_use]
    pub const fn multiply_adds(&self, input: Dims) -> usize {
        match (self, self.output(input)) {
            (Self::Conv2d(o), Ok(output)) => output
                .len()
                .saturating_mul(input.channels())
                .saturating_mul(o.kernel[0])
                .saturating_mul(o.kernel[1]),
            (Self::DepthwiseConv2d(o), Ok(output)) => {
                output.len().saturating_mul(o.kernel[0]).saturating_mul(o.kernel[1])
            }
            (Self::Dense(o), _) => input.len().saturating_mul(o.out),
            _ => 0,
        }
    }

    /// Rows and columns of the kernel or window.
    ///
    /// ```
    /// use tinyconv::spec::{Conv2dOptions, Dims, LayerKind};
    ///
    /// let options = Conv2dOptions { out: 8, kernel: [5, 3], ..Conv2dOptions::NEW };
    /// let conv = LayerKind::Conv2d(options);
    /// let input = Dims::Map([2, 28, 14]);
    /// assert_eq!(conv.window(input), [5, 3]);
    /// assert_eq!(LayerKind::GlobalAvgPool2d.window(input), [28, 14]);
    /// ```
    #[must_use]
    pub const fn window(&self, input: Dims) -> [usize; 2] {
        match self {
            Self::Conv2d(Conv2dOptions { kernel, .. })
            | Self::DepthwiseConv2d(DepthwiseConv2dOptions { kernel, .. }) => *kernel,
            Self::MaxPool2d(o) | Self::AvgPool2d(o) => o.size,
            Self::GlobalAvgPool2d => [input.height(), input.width()],
            _ => [1, 1],
        }
    }

    /// Rows and columns from one output position to the next.
    ///
    /// ```
    /// use tinyconv::spec::{LayerKind, PoolOptions};
    ///
    /// let options = PoolOptions { size: [2, 3], stride: None };
    /// assert_eq!(LayerKind::MaxPool2d(options).stride(), [2, 3]);
    /// ```
    #[must_use]
    pub const fn stride(&self) -> [usize; 2] {
        match self {
            Self::Conv2d(Conv2dOptions { stride, .. })
            | Self::DepthwiseConv2d(DepthwiseConv2dOptions { stride, .. }) => *stride,
            Self::MaxPool2d(o) | Self::AvgPool2d(o) => o.strides(),
            _ => [1, 1],
        }
    }

    /// Rows of zeros above and columns of zeros left of the input.
    ///
    /// ```
    /// use tinyconv::spec::{Conv2dOptions, Dims, LayerKind, PaddingOption};
    ///
    /// let options = Conv2dOptions { out: 8, kernel: [5, 3], ..Conv2dOptions::NEW };
    /// let conv = LayerKind::Conv2d(Conv2dOptions { padding: PaddingOption::Same, ..options });
    /// assert_eq!(conv.padding(Dims::Map([2, 28, 28])), [2, 1]);
    /// ```
    #[must_use]
    pub const fn padding(&self, input: Dims) -> [usize; 2] {
        match self.convolution(input) {
            Some(o) => [o.zeros(0, input.height()).0, o.zeros(1, input.width()).0],
            None => [0, 0],
        }
    }

    /// Rows and columns of the input with its zeros.
    ///
    /// ```
    /// use tinyconv::spec::{Conv2dOptions, Dims, LayerKind, PaddingOption};
    ///
    /// let options = Conv2dOptions { out: 8, kernel: [5, 3], ..Conv2dOptions::NEW };
    /// let conv = LayerKind::Conv2d(Conv2dOptions { padding: PaddingOption::Zeros([1, 2]), ..options });
    /// assert_eq!(conv.padded(Dims::Map([2, 28, 28])), [30, 32]);
    /// ```
    #[must_use]
    pub const fn padded(&self, input: Dims) -> [usize; 2] {
        match self.convolution(input) {
            Some(o) => {
                let (above, below) = o.zeros(0, input.height());
                let (left, right) = o.zeros(1, input.width());
                [
                    input.height().saturating_add(above).saturating_add(below),
                    input.width().saturating_add(left).saturating_add(right),
                ]
            }
            None => [input.height(), input.width()],
        }
    }

    /// The bits of a leaky ReLU's slope; 0 for other layers.
    ///
    /// ```
    /// use tinyconv::spec::{LayerKind, LeakyReluOptions};
    ///
    /// let leaky = LayerKind::LeakyRelu(LeakyReluOptions { slope: 0.25 });
    /// assert_eq!(leaky.slope_bits(), 0.25f32.to_bits());
    /// ```
    #[must_use]
    pub const fn slope_bits(&self) -> u32 {
        match self {
            Self::LeakyRelu(o) => o.slope.to_bits(),
            _ => 0,
        }
    }

    /// The bits of batch normalisation's epsilon and momentum; 0 for other layers.
    ///
    /// ```
    /// use tinyconv::spec::{BatchNormOptions, LayerKind};
    ///
    /// let norm = LayerKind::BatchNorm(BatchNormOptions { epsilon: 0.5, momentum: 0.25 });
    /// assert_eq!(norm.batch_norm_bits().map(f32::from_bits), [0.5, 0.25]);
    /// ```
    #[must_use]
    pub const fn batch_norm_bits(&self) -> [u32; 2] {
        match self {
            Self::BatchNorm(o) => [o.epsilon.to_bits(), o.momentum.to_bits()],
            _ => [0, 0],
        }
    }

    /// The bits of the share that dropout keeps; 0 for other layers.
    ///
    /// ```
    /// use tinyconv::spec::{DropoutOptions, LayerKind};
    ///
    /// let dropout = LayerKind::Dropout(DropoutOptions { keep: 0.75 });
    /// assert_eq!(f32::from_bits(dropout.keep_bits()), 0.75);
    /// ```
    #[must_use]
    pub const fn keep_bits(&self) -> u32 {
        match self {
            Self::Dropout(o) => o.keep.to_bits(),
            _ => 0,
        }
    }

    /// A pooling layer whose windows lie side by side, without gaps.
    ///
    /// ```
    /// use tinyconv::spec::{Dims, LayerKind, PoolOptions};
    ///
    /// let pool = |stride| LayerKind::MaxPool2d(PoolOptions { size: [2, 2], stride });
    /// let input = Dims::Map([1, 8, 8]);
    /// assert!(pool(None).windows_tile(input));
    /// assert!(!pool(Some([1, 1])).windows_tile(input)); // they overlap
    /// ```
    #[must_use]
    pub const fn windows_tile(&self, input: Dims) -> bool {
        let (window, stride) = (self.window(input), self.stride());
        window[0] == stride[0] && window[1] == stride[1]
    }

    pub(super) const fn output(&self, input: Dims) -> Result<Dims, ShapeError> {
        let channels = match self {
            Self::Conv2d(o) => o.out,
            Self::MaxPool2d(_) | Self::AvgPool2d(_) | Self::DepthwiseConv2d(_) => input.channels(),
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
            Self::BatchNorm(o)
                if !(o.epsilon > 0.0
                    && o.epsilon < f32::INFINITY
                    && o.momentum >= 0.0
                    && o.momentum <= 1.0) =>
            {
                return Err(ShapeError::BatchNormOptions);
            }
            Self::Dropout(o) if !(o.keep > 0.0 && o.keep <= 1.0) => {
                return Err(ShapeError::KeepsNothing);
            }
            Self::Identity
            | Self::Relu
            | Self::LeakyRelu(_)
            | Self::Tanh
            | Self::Sigmoid
            | Self::BatchNorm(_)
            | Self::Dropout(_)
            | Self::Softmax
            | Self::Skip
            | Self::Add => return Ok(input),
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
