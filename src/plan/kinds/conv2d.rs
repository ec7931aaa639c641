//! The convolution.

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
    ],
    fixed: &[],
    class: CLASS,
    gives_vector: false,
};

pub(crate) const WRITTEN: [Written; 3] = [
    CONV2D,
    Written {
        name: "PointwiseConv2d",
        options: &[required("out", Takes::Number), optional("stride", Takes::Pair)],
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

impl Conv2dOptions {
    /// Stride 1, no padding; `out` and `kernel` must be given.
    pub const NEW: Self =
        Self { out: 0, kernel: [0, 0], stride: [1, 1], padding: PaddingOption::NONE };
}

pub(crate) const fn facts(o: Conv2dOptions, input: Dims) -> Result<Facts, ShapeError> {
    let window = match Window::fitted(input, o.out, 1, o.kernel, o.stride, o.padding) {
        Ok(window) => window,
        Err(error) => return Err(error),
    };
    let taps = o.kernel[0].saturating_mul(o.kernel[1]);
    let (fan_in, fan_out) = (input.channels().saturating_mul(taps), o.out.saturating_mul(taps));
    let weight =
        Tensor::kernels([o.out, input.channels(), o.kernel[0], o.kernel[1]], fan_in, fan_out);
    let tensors = Tensors::weight_and_bias(weight, o.out);
    let pairs = o.out.saturating_mul(input.channels());
    Ok(Facts {
        window: Some(window),
        multiply_adds: pairs.saturating_mul(window.visits()),
        ..Facts::with_tensors(input, Dims::Map(window.output), tensors)
    })
}

pub(crate) const fn options(o: Conv2dOptions) -> OptionValues {
    OptionValues::new([
        OptionValue::given("out", Value::Number(o.out)),
        OptionValue::given("kernel", Value::Pair(o.kernel)),
        stride(o.stride),
        padding(o.padding),
    ])
}

/// The stride of either convolution.
pub(super) const fn stride(stride: [usize; 2]) -> OptionValue {
    OptionValue::or_default("stride", Value::Pair(stride), stride[0] == 1 && stride[1] == 1)
}

/// The padding of either convolution.
pub(super) const fn padding(padding: PaddingOption) -> OptionValue {
    let is_none = matches!(padding, PaddingOption::Zeros([0, 0]));
    OptionValue::or_default("padding", Value::Padding(padding), is_none)
}
