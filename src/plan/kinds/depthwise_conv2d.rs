//! The convolution of each channel by itself.

use super::conv2d::{dilation, padding, stride};
use crate::window::Fit;
use crate::written::{optional, required};
use crate::{
    Class, Dims, Facts, OptionValue, OptionValues, PaddingOption, ShapeError, Takes, Tensor,
    Tensors, Value, Window, Written,
};

pub(crate) const NAME: &str = "DepthwiseConv2d";
pub(crate) const TAG: u32 = 11;
pub(crate) const CLASS: Class = Class::Weighted;

pub(crate) const WRITTEN: [Written; 1] = [Written {
    name: NAME,
    kind: NAME,
    options_type: Some("DepthwiseConv2dOptions"),
    options: &[
        required("kernel", Takes::Pair),
        optional("stride", Takes::Pair),
        optional("padding", Takes::Padding),
        optional("dilation", Takes::Pair),
        optional("multiplier", Takes::Number),
    ],
    fixed: &[],
    class: CLASS,
    gives_vector: false,
}];

/// Options of a convolution of each channel by itself.
///
/// ```
/// use tinyconv_plan::{DepthwiseConv2dOptions, Dims, LayerKind};
///
/// let options = DepthwiseConv2dOptions { kernel: [3, 3], ..DepthwiseConv2dOptions::NEW };
/// let facts = LayerKind::DepthwiseConv2d(options).facts(Dims::Map([8, 9, 9]))?;
/// assert_eq!(facts.tensors.parameters(), 8 * (9 + 1));
/// # Ok::<(), tinyconv_plan::ShapeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "crate::stored::Depthwise", into = "crate::stored::Depthwise"))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DepthwiseConv2dOptions {
    /// Rows and columns of the kernel.
    pub kernel: [usize; 2],
    /// Rows and columns from one output position to the next.
    pub stride: [usize; 2],
    /// Zeros around the input.
    pub padding: PaddingOption,
    /// Rows and columns from one tap of the kernel to the next.
    pub dilation: [usize; 2],
    /// Output channels of each input channel, one behind the other.
    pub multiplier: usize,
}

impl DepthwiseConv2dOptions {
    /// Stride 1, no padding, no gaps, as many outputs as inputs; `kernel` must be given.
    pub const NEW: Self = Self {
        kernel: [0, 0],
        stride: [1, 1],
        padding: PaddingOption::NONE,
        dilation: [1, 1],
        multiplier: 1,
    };
}

pub(crate) const fn facts(o: DepthwiseConv2dOptions, input: Dims) -> Result<Facts, ShapeError> {
    let DepthwiseConv2dOptions { kernel, stride, padding, dilation, multiplier } = o;
    let groups = input.channels();
    let channels = groups.saturating_mul(multiplier);
    let fit = Fit { channels, groups, kernel, stride, dilation, padding };
    let window = match Window::fitted(input, fit) {
        Ok(window) => window,
        Err(error) => return Err(error),
    };
    let taps = kernel[0].saturating_mul(kernel[1]);
    let fan_out = taps.saturating_mul(multiplier);
    let weight = Tensor::kernels([channels, 1, kernel[0], kernel[1]], taps, fan_out);
    let tensors = Tensors::weight_and_bias(weight, channels);
    let facts = Facts {
        window: Some(window),
        multiply_adds: channels.saturating_mul(window.visits()),
        ..Facts::with_tensors(input, Dims::Map(window.output), tensors)
    };
    let facts = Facts { needs: facts.needs.adding(), ..facts };
    if same(window.input, window.output) {
        // A channel at a time, from a copy of it.
        let channel = input.height().saturating_mul(input.width());
        return Ok(Facts { needs: facts.needs.in_place(channel), ..facts });
    }
    Ok(facts)
}

pub(crate) const fn options(o: DepthwiseConv2dOptions) -> OptionValues {
    OptionValues::new([
        OptionValue::given("kernel", Value::Pair(o.kernel)),
        stride(o.stride),
        padding(o.padding),
        dilation(o.dilation),
        OptionValue::later("multiplier", Value::Number(o.multiplier), o.multiplier == 1),
    ])
}

const fn same([channels, height, width]: [usize; 3], output: [usize; 3]) -> bool {
    channels == output[0] && height == output[1] && width == output[2]
}
