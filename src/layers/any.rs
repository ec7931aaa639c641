//! Layers that are values, of any kind: what runs a network that was read from a file.

use super::activated::Activated;
use super::{
    AvgPool2d, BatchNorm, BatchNormMaxPool2d, Clip, Conv2d, Conv2dMaxPool2d, Dense, Dropout,
    Elementwise, Elu, HardSwish, HardSwishCurve, MaxPool2d, PRelu, Pass, Scale, Silu, SiluCurve,
    Softmax, Staged,
};
use crate::plan::{
    BatchNormOptions, Class, ClipOptions, Dims, DropoutOptions, EluOptions, LayerKind,
    LeakyReluOptions, Placed, Window,
};
use crate::{
    Activation, BatchStage, Element, GradientSink, Identity, LeakyRelu, Relu, Saved, Sigmoid,
    Source, Tanh, Tape, Weight,
};

/// An activation of any kind.
///
/// ```
/// use tinyconv::Activation;
/// use tinyconv::layers::AnyActivation;
/// use tinyconv::plan::LayerKind;
///
/// let relu = AnyActivation::of(LayerKind::Relu).expect("it is one");
/// assert_eq!([-1.0f32, 2.0].map(|x| relu.forward(x)), [0.0, 2.0]);
/// assert!(AnyActivation::of(LayerKind::Flatten).is_none());
/// ```
#[derive(Clone, Copy, Debug)]
pub enum AnyActivation {
    /// [`Identity`]
    Identity,
    /// [`Relu`]
    Relu,
    /// [`LeakyRelu`]
    LeakyRelu(LeakyReluOptions),
    /// [`Tanh`]
    Tanh,
    /// [`Sigmoid`]
    Sigmoid,
    /// [`Clip`]
    Clip(ClipOptions),
    /// [`Elu`]
    Elu(EluOptions),
}

/// A layer of any kind, or a block of layers that are computed together; it computes what its type would,
/// with the same bits.
///
/// ```
/// use tinyconv::Direct;
/// use tinyconv::layers::{AnyLayer, Staged};
/// use tinyconv::plan::{DenseOptions, Dims, LayerKind, LayerSpec, Walk};
///
/// let layers = [LayerSpec { name: "", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// let place = Walk::new(Dims::Vector(2), &layers).next().expect("a layer");
/// let dense = AnyLayer::of(&place).expect("a dense layer is one by itself");
/// let mut output = [0.0f32];
/// dense.compute(&[1.0, 2.0, 0.5], Direct, &[3.0, 4.0], &mut [], &mut output);
/// assert_eq!(output, [11.5]);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum AnyLayer {
    /// [`Conv2d`], of either kind.
    Conv2d(Conv2d<Window>),
    /// [`MaxPool2d`]
    MaxPool2d(MaxPool2d<Window>),
    /// [`AvgPool2d`], of either kind.
    AvgPool2d(AvgPool2d<(Window, bool)>),
    /// [`Dense`]
    Dense(Dense<[usize; 2]>),
    /// [`BatchNorm`]
    BatchNorm(BatchNorm<(Dims, BatchNormOptions)>),
    /// [`Dropout`]
    Dropout(Dropout<DropoutOptions>),
    /// [`Softmax`]
    Softmax(Softmax<()>),
    /// [`Scale`]
    Scale(Scale<Dims>),
    /// [`PRelu`]
    PRelu(PRelu<Dims>),
    /// [`HardSwish`]
    HardSwish(HardSwish<()>),
    /// [`Silu`]
    Silu(Silu<()>),
    /// [`Pass`]
    Pass(Pass<()>),
    /// [`Conv2dMaxPool2d`] with the activation that most networks have there.
    Conv2dReluMaxPool2d(Conv2dMaxPool2d<Window, Relu, Window>),
    /// [`Conv2dMaxPool2d`]
    Conv2dMaxPool2d(Conv2dMaxPool2d<Window, AnyActivation, Window>),
    /// [`BatchNormMaxPool2d`]
    BatchNormMaxPool2d(BatchNormMaxPool2d<(Dims, BatchNormOptions), AnyActivation, Window>),
}

/// One arm for each activation.
macro_rules! each_activation {
    ($self:ident, $activation:ident => $value:expr) => {
        match $self {
            AnyActivation::Identity => {
                let $activation = Identity;
                $value
            }
            AnyActivation::Relu => {
                let $activation = Relu;
                $value
            }
            AnyActivation::LeakyRelu(options) => {
                let $activation = LeakyRelu(options);
                $value
            }
            AnyActivation::Tanh => {
                let $activation = Tanh;
                $value
            }
            AnyActivation::Sigmoid => {
                let $activation = Sigmoid;
                $value
            }
            AnyActivation::Clip(options) => {
                let $activation = Clip(options);
                $value
            }
            AnyActivation::Elu(options) => {
                let $activation = Elu(options);
                $value
            }
        }
    };
}

/// One arm for each layer.
macro_rules! each_layer {
    ($self:ident, $layer:ident => $value:expr) => {
        match $self {
            AnyLayer::Conv2d($layer) => $value,
            AnyLayer::MaxPool2d($layer) => $value,
            AnyLayer::AvgPool2d($layer) => $value,
            AnyLayer::Dense($layer) => $value,
            AnyLayer::BatchNorm($layer) => $value,
            AnyLayer::Dropout($layer) => $value,
            AnyLayer::Softmax($layer) => $value,
            AnyLayer::Scale($layer) => $value,
            AnyLayer::PRelu($layer) => $value,
            AnyLayer::HardSwish($layer) => $value,
            AnyLayer::Silu($layer) => $value,
            AnyLayer::Pass($layer) => $value,
            AnyLayer::Conv2dReluMaxPool2d($layer) => $value,
            AnyLayer::Conv2dMaxPool2d($layer) => $value,
            AnyLayer::BatchNormMaxPool2d($layer) => $value,
        }
    };
}

/// The one place that knows what computes each kind: a layer, and what works on its output in place.
fn computes(
    kind: LayerKind,
    place: Option<&Placed<'_>>,
) -> (Option<AnyLayer>, Option<AnyActivation>) {
    let window = place
        .and_then(|place| place.facts.window)
        .unwrap_or(Window::new([0; 3], [0; 3], [1; 2], [1; 2], [0; 2]));
    let (input, sizes) = match place {
        Some(place) => (place.input, [place.facts.needs.input, place.facts.needs.output]),
        None => (Dims::Vector(0), [0; 2]),
    };
    let layer = |layer| (Some(layer), None);
    let activation = |activation| (Some(AnyLayer::Pass(Pass(()))), Some(activation));
    match kind {
        LayerKind::Conv2d(_) | LayerKind::DepthwiseConv2d(_) => {
            layer(AnyLayer::Conv2d(Conv2d(window)))
        }
        LayerKind::MaxPool2d(_) => layer(AnyLayer::MaxPool2d(MaxPool2d(window))),
        LayerKind::AvgPool2d(options) => {
            layer(AnyLayer::AvgPool2d(AvgPool2d((window, options.counts_padding))))
        }
        LayerKind::GlobalAvgPool2d => layer(AnyLayer::AvgPool2d(AvgPool2d((window, false)))),
        LayerKind::Flatten => layer(AnyLayer::Pass(Pass(()))),
        LayerKind::Dense(_) => layer(AnyLayer::Dense(Dense(sizes))),
        LayerKind::BatchNorm(options) => layer(AnyLayer::BatchNorm(BatchNorm((input, options)))),
        LayerKind::Dropout(options) => layer(AnyLayer::Dropout(Dropout(options))),
        LayerKind::Softmax => layer(AnyLayer::Softmax(Softmax(()))),
        LayerKind::Scale => layer(AnyLayer::Scale(Scale(input))),
        LayerKind::Identity => activation(AnyActivation::Identity),
        LayerKind::Relu => activation(AnyActivation::Relu),
        LayerKind::LeakyRelu(options) => activation(AnyActivation::LeakyRelu(options)),
        LayerKind::Tanh => activation(AnyActivation::Tanh),
        LayerKind::Sigmoid => activation(AnyActivation::Sigmoid),
        LayerKind::Clip(options) => activation(AnyActivation::Clip(options)),
        LayerKind::Elu(options) => activation(AnyActivation::Elu(options)),
        LayerKind::PRelu => layer(AnyLayer::PRelu(PRelu(input))),
        LayerKind::HardSwish => layer(AnyLayer::HardSwish(Elementwise(HardSwishCurve, ()))),
        LayerKind::Silu => layer(AnyLayer::Silu(Elementwise(SiluCurve, ()))),
        LayerKind::Skip | LayerKind::Branch | LayerKind::Add | LayerKind::Concat => (None, None),
    }
}

impl AnyActivation {
    /// What a layer of this kind does, if that is an activation.
    ///
    /// ```
    /// use tinyconv::layers::AnyActivation;
    /// use tinyconv::plan::LayerKind;
    ///
    /// assert!(matches!(AnyActivation::of(LayerKind::Tanh), Some(AnyActivation::Tanh)));
    /// ```
    #[must_use]
    pub fn of(kind: LayerKind) -> Option<Self> {
        computes(kind, None).1
    }
}

impl Activation for AnyActivation {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        each_activation!(self, activation => activation.forward(x))
    }

    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        each_activation!(self, activation => activation.backward(y, d_y))
    }
}

impl AnyLayer {
    /// What computes a layer in its place; an activation hands on its input, for [`Activated`] to work on.
    /// What begins and ends branches is no layer by itself.
    ///
    /// ```
    /// use tinyconv::layers::AnyLayer;
    /// use tinyconv::plan::{Dims, LayerKind, LayerSpec, Walk};
    ///
    /// let layers = [LayerSpec { name: "", kind: LayerKind::Flatten }];
    /// let place = Walk::new(Dims::Map([1, 2, 2]), &layers).next().expect("a layer");
    /// assert!(matches!(AnyLayer::of(&place), Some(AnyLayer::Pass(_))));
    /// ```
    #[must_use]
    pub fn of(place: &Placed<'_>) -> Option<Self> {
        computes(place.spec.kind, Some(place)).0
    }

    /// What computes a convolution or a normalisation, an activation and a max-pooling whose windows lie side
    /// by side in one.
    ///
    /// ```
    /// use tinyconv::layers::AnyLayer;
    /// use tinyconv::plan::{Conv2dOptions, Dims, LayerKind, LayerSpec, PoolOptions, Walk};
    ///
    /// let conv = LayerKind::Conv2d(Conv2dOptions { out: 1, kernel: [1, 1], ..Conv2dOptions::NEW });
    /// let pool = LayerKind::MaxPool2d(PoolOptions { size: [2, 2], ..PoolOptions::NEW });
    /// let layers = [conv, LayerKind::Relu, pool].map(|kind| LayerSpec { name: "", kind });
    /// let places: Vec<_> = Walk::new(Dims::Map([1, 4, 4]), &layers).collect();
    /// let block = AnyLayer::with_pool(&places[0], &places[1], &places[2]);
    /// assert!(matches!(block, Some(AnyLayer::Conv2dReluMaxPool2d(_))));
    /// ```
    #[must_use]
    pub fn with_pool(first: &Placed<'_>, middle: &Placed<'_>, pool: &Placed<'_>) -> Option<Self> {
        let activation = AnyActivation::of(middle.spec.kind)?;
        let window = pool.facts.window.filter(|_| pool.spec.kind.class() == Class::MaxPool)?;
        Some(match (Self::of(first)?, activation) {
            (Self::Conv2d(conv), AnyActivation::Relu) => {
                Self::Conv2dReluMaxPool2d(Conv2dMaxPool2d(conv.0, Relu, window))
            }
            (Self::Conv2d(conv), _) => {
                Self::Conv2dMaxPool2d(Conv2dMaxPool2d(conv.0, activation, window))
            }
            (Self::BatchNorm(norm), _) => {
                Self::BatchNormMaxPool2d(BatchNormMaxPool2d(norm.0, activation, window))
            }
            _ => return None,
        })
    }

    /// The same with an activation on its output.
    ///
    /// ```
    /// use tinyconv::Direct;
    /// use tinyconv::layers::{AnyActivation, AnyLayer, Dense, Staged};
    ///
    /// let dense = AnyLayer::Dense(Dense([1, 1])).activated(AnyActivation::Relu);
    /// let mut output = [9.0f32];
    /// dense.compute(&[-1.0, 0.0], Direct, &[3.0], &mut [], &mut output);
    /// assert_eq!(output, [0.0]);
    /// ```
    #[must_use]
    pub const fn activated(self, activation: AnyActivation) -> Activated<Self, AnyActivation> {
        Activated(self, activation)
    }
}

impl Staged for AnyLayer {
    fn stages(self) -> [usize; 2] {
        each_layer!(self, layer => layer.stages())
    }

    #[inline]
    fn compute<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        scratch: &mut [E],
        output: &mut [E],
    ) {
        each_layer!(self, layer => layer.compute(params, source, input, scratch, output));
    }

    #[inline]
    fn compute_in_place<E: Element, P: Weight>(
        self,
        params: &[P],
        scratch: &mut [E],
        map: &mut [E],
    ) {
        each_layer!(self, layer => layer.compute_in_place(params, scratch, map));
    }

    #[inline]
    fn compute_onto<E: Element, S: Source<E>, P: Weight>(
        self,
        params: &[P],
        source: S,
        input: &[S::Raw],
        output: &mut [E],
    ) {
        each_layer!(self, layer => layer.compute_onto(params, source, input, output));
    }

    #[inline]
    fn forward_stage<E: Element, S: Source<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        params: &[f32],
        source: S,
        input: &[S::Raw],
        tape: Tape<'_, E>,
        output: &mut [E],
    ) {
        each_layer!(self, layer => layer.forward_stage(stage, params, source, input, tape, output));
    }

    #[inline]
    fn backward_stage<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        stage: Option<BatchStage<'_, E>>,
        sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        scratch: &mut [E],
        d_input: Option<&mut [E]>,
    ) {
        each_layer!(
            self,
            layer => layer.backward_stage(stage, sink, saved, d_output, scratch, d_input)
        );
    }

    fn keep_statistics<E: Element>(self, maps: &[E], samples: usize, params: &mut [f32]) {
        each_layer!(self, layer => layer.keep_statistics(maps, samples, params));
    }
}
