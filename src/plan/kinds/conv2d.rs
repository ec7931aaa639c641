//! The convolution.

use crate::window::Fit;
use crate::written::{optional, required};
use crate::{
    Class, Dims, Facts, OptionValue, OptionValues, PaddingOption, ShapeError, Takes, Tensor,
    Tensors, Value, Window, Written,
};

pub(crate) const NAME: &str = "Conv2d";
pub(crate) const TAG: u32 = 0;
pub(crate) const CLASS: Class = Class::Convolution;

const CONV2D: Written = Written {
    name: NAME,
    kind: NAME,
    options_type: Some("Conv2dOptions"),
    options: &[
        required("out", Takes::Number),
        required("kernel", Takes::Pair),
        optional("stride", Takes::Pair),
        optional("padding", Takes::Padding),
        optional("dilation", Takes::Pair),
        optional("groups", Takes::Number),
    ],
    fixed: &[],
    class: CLASS,
    gives_vector: false,
};

pub(crate) const WRITTEN: [Written; 3] = [
    CONV2D,
    Written {
        name: "PointwiseConv2d",
        options: &[
            required("out", Takes::Number),
            optional("stride", Takes::Pair),
            optional("groups", Takes::Number),
        ],
        fixed: &[("kernel", [1, 1])],
        ..CONV2D
    },
    Written {
        name: "Conv1d",
        options: &[
            required("out", Takes::Number),
            required("kernel", Takes::Columns),
            optional("stride", Takes::Columns),
            optional("padding", Takes::PaddingColumns),
            optional("dilation", Takes::Columns),
            optional("groups", Takes::Number),
        ],
        ..CONV2D
    },
];

/// Options of a convolution.
///
/// ```
/// use tinyconv_plan::{Conv2dOptions, LayerKind};
///
/// let options = Conv2dOptions { out: 2, kernel: [3, 1], stride: [2, 2], ..Conv2dOptions::NEW };
/// assert_eq!(LayerKind::Conv2d(options).to_string(), "Conv2d { out: 2, kernel: (3, 1), stride: 2 }");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "crate::stored::Convolution", into = "crate::stored::Convolution"))]
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
    /// Rows and columns from one tap of the kernel to the next.
    pub dilation: [usize; 2],
    /// Groups of channels: the outputs of one see the inputs of that one alone.
    pub groups: usize,
}

impl Conv2dOptions {
    /// Stride 1, no padding, no gaps, one group; `out` and `kernel` must be given.
    pub const NEW: Self = Self {
        out: 0,
        kernel: [0, 0],
        stride: [1, 1],
        padding: PaddingOption::NONE,
        dilation: [1, 1],
        groups: 1,
    };
}

pub(crate) const fn facts(o: Conv2dOptions, input: Dims) -> Result<Facts, ShapeError> {
    let Conv2dOptions { out, kernel, stride, padding, dilation, groups } = o;
    let fit = Fit { channels: out, groups, kernel, stride, dilation, padding };
    let window = match Window::fitted(input, fit) {
        Ok(window) => window,
        Err(error) => return Err(error),
    };
    if groups == 0 || !out.is_multiple_of(groups) || !input.channels().is_multiple_of(groups) {
        return Err(ShapeError::OptionOutOfRange {
            option: "groups",
            must: "`groups` must divide the channels of the input, and `out`",
        });
    }
    let inputs = input.channels() / groups;
    let taps = kernel[0].saturating_mul(kernel[1]);
    let (fan_in, fan_out) = (inputs.saturating_mul(taps), (out / groups).saturating_mul(taps));
    let weight = Tensor::kernels([out, inputs, kernel[0], kernel[1]], fan_in, fan_out);
    let tensors = Tensors::weight_and_bias(weight, out);
    let pairs = out.saturating_mul(inputs);
    let facts = Facts::with_tensors(input, Dims::Map(window.output), tensors);
    let needs = facts.needs.adding();
    let multiply_adds = pairs.saturating_mul(window.visits());
    Ok(Facts { window: Some(window), multiply_adds, needs, ..facts })
}

pub(crate) const fn options(o: Conv2dOptions) -> OptionValues {
    OptionValues::new([
        OptionValue::given("out", Value::Number(o.out)),
        OptionValue::given("kernel", Value::Pair(o.kernel)),
        stride(o.stride),
        padding(o.padding),
        dilation(o.dilation),
        OptionValue::later("groups", Value::Number(o.groups), o.groups == 1),
    ])
}

/// The stride of either convolution.
pub(super) const fn stride(stride: [usize; 2]) -> OptionValue {
    OptionValue::or_default("stride", Value::Pair(stride), stride[0] == 1 && stride[1] == 1)
}

/// The dilation of either convolution.
pub(super) const fn dilation(dilation: [usize; 2]) -> OptionValue {
    OptionValue::later("dilation", Value::Pair(dilation), dilation[0] == 1 && dilation[1] == 1)
}

/// The padding of either convolution.
pub(super) const fn padding(padding: PaddingOption) -> OptionValue {
    let is_none = matches!(padding, PaddingOption::Zeros([0, 0]));
    OptionValue::or_default("padding", Value::Padding(padding), is_none)
}
