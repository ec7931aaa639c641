//! Networks as values: the list of layers that [`network!`](crate::network) turns into types, that
//! model files store and that tools print. All shape arithmetic is here, in `const fn`s, so that
//! the compiler and a tool at run time say the same.

mod dims;
mod fingerprint;
mod kind;
mod maps;
mod message;
mod needs;
mod options;
mod place;
mod plan;

pub use dims::Dims;
pub use fingerprint::fingerprint;
pub use kind::LayerKind;
pub use maps::{MapSpec, Maps};
pub use message::Message;
pub use needs::Needs;
pub use options::{
    BatchNormOptions, Conv2dOptions, DenseOptions, DepthwiseConv2dOptions, DropoutOptions,
    LeakyReluOptions, PaddingOption, PoolOptions,
};
pub use place::{deployed, deployed_len, output_of};
pub use plan::Plan;

/// One entry of a network's list of layers.
///
/// ```
/// use tinyconv::Network;
///
/// tinyconv::network! { Net: 1 x 1 x 2 { head: Dense { out: 3 }, Tanh } }
///
/// assert_eq!((Net::LAYERS[0].name, Net::LAYERS[1].name), ("head", ""));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "model-file", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LayerSpec<'a> {
    /// The name given to it, or the empty string.
    pub name: &'a str,
    /// What it computes.
    pub kind: LayerKind,
}

/// Why a layer cannot take its input.
///
/// ```
/// use tinyconv::spec::{Dims, LayerKind, LayerSpec, PoolOptions, ShapeError};
///
/// let options = PoolOptions { size: [4, 4], stride: None };
/// let pool = LayerSpec { name: "pool", kind: LayerKind::MaxPool2d(options) };
/// assert_eq!(pool.output(Dims::Map([1, 3, 8])), Err(ShapeError::LargerThanInput));
/// assert_eq!(pool.output(Dims::Vector(8)), Err(ShapeError::NotAMap));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ShapeError {
    /// The kernel or window has more rows or columns than the padded input.
    LargerThanInput,
    /// A stride of zero.
    ZeroStride,
    /// A kernel, window, map or number of outputs of zero.
    ZeroSize,
    /// A layer for maps after one that gives a vector.
    NotAMap,
    /// A max-pooling window of more than 254 cells.
    TooManyCells,
    /// A leaky ReLU whose slope is not a finite number above zero.
    SlopeNotPositive,
    /// A dropout layer whose share is not above zero and at most one.
    KeepsNothing,
    /// An epsilon that is not a finite number above zero, or a momentum that is not in 0..=1.
    BatchNormOptions,
    /// A batch normalisation that does not directly follow a convolution or a dense layer.
    NothingToNormalise,
    /// A residual block whose output has another shape than its input, which was this.
    OtherShape(Dims),
    /// A residual block without parameters.
    EmptyBlock,
    /// The begin of a residual block without its end, or the end without its begin.
    HalfABlock,
}

impl LayerSpec<'_> {
    /// The shape of the output for an input of shape `input`.
    ///
    /// # Errors
    /// If this layer cannot take such an input.
    ///
    /// ```
    /// use tinyconv::spec::{Conv2dOptions, Dims, LayerKind, LayerSpec, ShapeError};
    ///
    /// let options = Conv2dOptions { out: 6, kernel: [5, 5], ..Conv2dOptions::NEW };
    /// let conv = LayerSpec { name: "conv", kind: LayerKind::Conv2d(options) };
    /// assert_eq!(conv.output(Dims::Map([1, 28, 28])), Ok(Dims::Map([6, 24, 24])));
    /// assert_eq!(conv.output(Dims::Map([1, 28, 4])), Err(ShapeError::LargerThanInput));
    /// ```
    pub const fn output(&self, input: Dims) -> Result<Dims, ShapeError> {
        if input.is_empty() {
            return Err(ShapeError::ZeroSize);
        }
        self.kind.output(input)
    }

    /// The text for `error`: the layer, both shapes, and what to change.
    ///
    /// ```
    /// use tinyconv::spec::{Conv2dOptions, Dims, LayerKind, LayerSpec};
    ///
    /// let options = Conv2dOptions { out: 6, kernel: [5, 5], ..Conv2dOptions::NEW };
    /// let conv = LayerSpec { name: "conv", kind: LayerKind::Conv2d(options) };
    /// let input = Dims::Map([1, 28, 4]);
    /// let error = conv.output(input).unwrap_err();
    /// assert_eq!(
    ///     conv.explain(0, input, error).as_str(),
    ///     "layer `conv` (Conv2d): the window of 5 x 5 is larger than its input of 28 x 4 (padding included; \
    ///      the map is 1 x 28 x 4): make the window smaller or the map larger"
    /// );
    /// ```
    #[must_use]
    pub const fn explain(&self, index: usize, input: Dims, error: ShapeError) -> Message {
        let text = Message::EMPTY.text("layer ");
        let text = if self.name.is_empty() {
            text.text("number ").number(index + 1)
        } else {
            text.text("`").text(self.name).text("`")
        };
        let text = text.text(" (").text(self.kind.name()).text("): ");
        match error {
            ShapeError::LargerThanInput => {
                let [height, width] = self.kind.window(input);
                let padded = self.kind.padded(input);
                text.text("the window of ")
                    .pair(height, width)
                    .text(" is larger than its input of ")
                    .pair(padded[0], padded[1])
                    .text(" (padding included; the map is ")
                    .dims(input)
                    .text("): make the window smaller or the map larger")
            }
            ShapeError::ZeroStride => text.text("a stride of 0 goes nowhere: use 1 or more"),
            ShapeError::ZeroSize => text
                .text("a size of 0 (the input is ")
                .dims(input)
                .text("): give `out`, `kernel` or `size` as 1 or more"),
            ShapeError::NotAMap => text
                .text("needs a map of channels x rows x columns, but its input is ")
                .dims(input)
                .text(": put it before Flatten, GlobalAvgPool2d and Dense"),
            ShapeError::TooManyCells => {
                let [height, width] = self.kind.window(input);
                text.text("a max-pooling window of ")
                    .pair(height, width)
                    .text(" (the input is ")
                    .dims(input)
                    .text(") has more than 254 cells: pool in two steps")
            }
            ShapeError::SlopeNotPositive => {
                text.text("the slope must be a finite number above 0: use Relu for 0")
            }
            ShapeError::KeepsNothing => text.text(
                "`keep`, the probability with which an element stays, must be above 0 and at most 1",
            ),
            ShapeError::BatchNormOptions => {
                text.text("`epsilon` must be a finite number above 0, `momentum` between 0 and 1")
            }
            ShapeError::NothingToNormalise => text.text(
                "must directly follow a Conv2d, DepthwiseConv2d or Dense, which it is folded into: \
                 put it there, before the activation",
            ),
            ShapeError::OtherShape(kept) => text
                .text("the residual block makes ")
                .dims(input)
                .text(" of ")
                .dims(kept)
                .text(", and these cannot be added: keep the shape (padding `same`)"),
            ShapeError::EmptyBlock => {
                text.text("the residual block has no layer with parameters: give it one")
            }
            ShapeError::HalfABlock => {
                text.text("a residual block has a begin (Skip) and an end (Add): add the other one")
            }
        }
    }
}

/// The input's shape and the output's of each layer.
///
/// # Panics
/// If a layer cannot take its input, with a text that names the layer, the shapes and what to
/// change; in a constant, that is an error of the compiler.
///
/// ```
/// use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec, shapes};
///
/// const LAYERS: [LayerSpec<'static>; 2] = [
///     LayerSpec { name: "", kind: LayerKind::GlobalAvgPool2d },
///     LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 4 }) },
/// ];
/// const SHAPES: [Dims; 3] = shapes(Dims::Map([8, 5, 5]), &LAYERS);
/// assert_eq!(SHAPES, [Dims::Map([8, 5, 5]), Dims::Vector(8), Dims::Vector(4)]);
/// ```
#[must_use]
pub const fn shapes<const N: usize>(input: Dims, layers: &[LayerSpec<'_>]) -> [Dims; N] {
    assert!(!layers.is_empty(), "a network has at least one layer");
    assert!(layers.len() + 1 == N, "one shape for the input and one for each layer");
    let mut shapes = [input; N];
    let mut i = 0;
    while i < layers.len() {
        match output_of(input, layers, i, shapes[i]) {
            Ok(output) => shapes[i + 1] = output,
            Err(error) => panic!("{}", layers[i].explain(i, shapes[i], error).as_str()),
        }
        i += 1;
    }
    shapes
}
