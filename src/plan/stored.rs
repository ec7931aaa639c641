//! How options lie in model files: those that came later are there only where they are not the usual ones, so
//! that older files keep their bytes.

use serde::{Deserialize, Serialize};

use crate::{AvgPoolOptions, Conv2dOptions, DepthwiseConv2dOptions, PaddingOption, PoolOptions};

/// A [`PaddingOption`], or one with a dilation and a count: of groups, or of outputs for each channel.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Padding {
    Zeros([usize; 2]),
    Same,
    Full,
    Sides([[usize; 2]; 2]),
    Causal,
    With { padding: PaddingOption, dilation: [usize; 2], count: usize },
}

impl Padding {
    const fn new(padding: PaddingOption, dilation: [usize; 2], count: usize) -> Self {
        if !matches!((dilation, count), ([1, 1], 1)) {
            return Self::With { padding, dilation, count };
        }
        match padding {
            PaddingOption::Zeros(zeros) => Self::Zeros(zeros),
            PaddingOption::Same => Self::Same,
            PaddingOption::Full => Self::Full,
            PaddingOption::Sides(sides) => Self::Sides(sides),
            PaddingOption::Causal => Self::Causal,
        }
    }

    const fn options(self) -> (PaddingOption, [usize; 2], usize) {
        let padding = match self {
            Self::Zeros(zeros) => PaddingOption::Zeros(zeros),
            Self::Same => PaddingOption::Same,
            Self::Full => PaddingOption::Full,
            Self::Sides(sides) => PaddingOption::Sides(sides),
            Self::Causal => PaddingOption::Causal,
            Self::With { padding, dilation, count } => return (padding, dilation, count),
        };
        (padding, [1, 1], 1)
    }
}

/// Of a convolution.
#[derive(Serialize, Deserialize)]
pub(crate) struct Convolution {
    out: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: Padding,
}

impl From<Conv2dOptions> for Convolution {
    fn from(o: Conv2dOptions) -> Self {
        let padding = Padding::new(o.padding, o.dilation, o.groups);
        Self { out: o.out, kernel: o.kernel, stride: o.stride, padding }
    }
}

impl From<Convolution> for Conv2dOptions {
    fn from(Convolution { out, kernel, stride, padding }: Convolution) -> Self {
        let (padding, dilation, groups) = padding.options();
        Self { out, kernel, stride, padding, dilation, groups }
    }
}

/// Of a convolution of each channel by itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Depthwise {
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: Padding,
}

impl From<DepthwiseConv2dOptions> for Depthwise {
    fn from(o: DepthwiseConv2dOptions) -> Self {
        let padding = Padding::new(o.padding, o.dilation, o.multiplier);
        Self { kernel: o.kernel, stride: o.stride, padding }
    }
}

impl From<Depthwise> for DepthwiseConv2dOptions {
    fn from(Depthwise { kernel, stride, padding }: Depthwise) -> Self {
        let (padding, dilation, multiplier) = padding.options();
        Self { kernel, stride, padding, dilation, multiplier }
    }
}

/// An optional stride, or one with a padding.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Stride {
    Size,
    Given([usize; 2]),
    Padded { stride: Option<[usize; 2]>, padding: PaddingOption, counts_padding: bool },
}

/// Of a pooling.
#[derive(Serialize, Deserialize)]
pub(crate) struct Pool {
    size: [usize; 2],
    stride: Stride,
}

impl From<AvgPoolOptions> for Pool {
    fn from(AvgPoolOptions { size, stride, padding, counts_padding }: AvgPoolOptions) -> Self {
        let stride = match (padding, stride) {
            (PaddingOption::Zeros([0, 0]), None) if !counts_padding => Stride::Size,
            (PaddingOption::Zeros([0, 0]), Some(stride)) if !counts_padding => {
                Stride::Given(stride)
            }
            _ => Stride::Padded { stride, padding, counts_padding },
        };
        Self { size, stride }
    }
}

impl From<Pool> for AvgPoolOptions {
    fn from(Pool { size, stride }: Pool) -> Self {
        match stride {
            Stride::Size => Self { size, ..Self::NEW },
            Stride::Given(stride) => Self { size, stride: Some(stride), ..Self::NEW },
            Stride::Padded { stride, padding, counts_padding } => {
                Self { size, stride, padding, counts_padding }
            }
        }
    }
}

impl From<PoolOptions> for Pool {
    fn from(PoolOptions { size, stride, padding }: PoolOptions) -> Self {
        AvgPoolOptions { size, stride, padding, counts_padding: false }.into()
    }
}

impl From<Pool> for PoolOptions {
    fn from(pool: Pool) -> Self {
        let AvgPoolOptions { size, stride, padding, .. } = pool.into();
        Self { size, stride, padding }
    }
}
