//! Functions of one number that stand between layers.
//!
//! An activation works in place on the output of the layer before it, and its derivative is taken
//! from its own output: it costs no memory, in training neither.

use core::fmt::Debug;

use crate::kernels::Geometry;
use crate::plan::LeakyReluOptions;
use crate::{Element, Fixed, Place};

/// A function applied to every element, whose derivative can be told from its result.
///
/// ```
/// use tinyconv::{Activation, Relu, Sigmoid};
///
/// assert_eq!(Relu.forward(-2.0f32), 0.0);
/// assert_eq!(Relu.backward(3.0f32, 10.0), 10.0);
/// assert_eq!(Sigmoid.forward(0.0f32), 0.5);
/// ```
pub trait Activation: Copy + Debug + Send + Sync + 'static {
    /// The result is never below zero and is the argument itself where that is above: the fused
    /// pooling block then starts its maximum at zero and needs no call.
    const CLAMPS_AT_ZERO: bool = false;

    /// `y = f(x)`.
    ///
    /// ```
    /// use tinyconv::{Activation, Relu};
    ///
    /// assert_eq!([-2.0f32, 3.0].map(|x| Relu.forward(x)), [0.0, 3.0]);
    /// ```
    fn forward<E: Element>(self, x: E) -> E;

    /// `f'(x) * d_y`, given `y = f(x)`.
    ///
    /// ```
    /// use tinyconv::{Activation, Tanh};
    ///
    /// // Where tanh gave 0.5, its slope is 1 - 0.5^2.
    /// assert_eq!(Tanh.backward(0.5f32, 4.0), 3.0);
    /// ```
    fn backward<E: Element>(self, y: E, d_y: E) -> E;
}

/// `y = x`.
///
/// ```
/// use tinyconv::{Activation, Identity};
///
/// assert_eq!(Identity.forward(-2.0f32), -2.0);
/// assert_eq!(Identity.backward(-2.0f32, 3.0), 3.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity;

impl Fixed for Identity {
    const NEW: Self = Self;
}

impl Activation for Identity {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        x
    }
    #[inline(always)]
    fn backward<E: Element>(self, _y: E, d_y: E) -> E {
        d_y
    }
}

/// `y = x` where `x > 0`, else 0. The gradient passes where `y > 0`.
///
/// Source: V. Nair and G. Hinton, "Rectified linear units improve restricted Boltzmann machines",
/// ICML 2010.
///
/// ```
/// use tinyconv::{Activation, Relu};
///
/// assert_eq!([-1.0f32, 0.0, 2.0].map(|x| Relu.forward(x)), [0.0, 0.0, 2.0]);
/// assert_eq!([0.0f32, 2.0].map(|y| Relu.backward(y, 5.0)), [0.0, 5.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relu;

impl Fixed for Relu {
    const NEW: Self = Self;
}

impl Activation for Relu {
    const CLAMPS_AT_ZERO: bool = true;

    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        x.where_positive(x, E::ZERO)
    }
    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        y.where_positive(d_y, E::ZERO)
    }
}

/// `y = x` where `x > 0`, else `slope * x`; the slope is above zero.
///
/// Source: A. Maas, A. Hannun, A. Ng, "Rectifier nonlinearities improve neural network acoustic
/// models", ICML 2013.
///
/// ```
/// use tinyconv::plan::LeakyReluOptions;
/// use tinyconv::{Activation, LeakyRelu};
///
/// let quarter = LeakyRelu(LeakyReluOptions { slope: 0.25 });
/// assert_eq!([-4.0f32, 2.0].map(|x| quarter.forward(x)), [-1.0, 2.0]);
/// assert_eq!([-1.0f32, 2.0].map(|y| quarter.backward(y, 8.0)), [2.0, 8.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LeakyRelu<G>(
    /// A type for its place in a network, or its options.
    pub G,
);

impl<P: Place> Fixed for LeakyRelu<P> {
    const NEW: Self = Self(P::NEW);
}

impl<G: Geometry<LeakyReluOptions>> Activation for LeakyRelu<G> {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        x.where_positive(x, x * E::splat(self.0.get().slope))
    }
    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        y.where_positive(d_y, d_y * E::splat(self.0.get().slope))
    }
}

/// `y = tanh(x)`, `dy/dx = 1 - y^2`.
///
/// Source: Y. LeCun et al., "Efficient backprop", in Neural networks: tricks of the trade, 1998.
///
/// ```
/// use tinyconv::{Activation, Tanh};
///
/// assert_eq!(Tanh.forward(0.0f32), 0.0);
/// assert!((Tanh.forward(1.0f32) - 0.7616).abs() < 2e-3);
/// assert_eq!(Tanh.backward(0.5f32, 1.0), 0.75);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tanh;

impl Fixed for Tanh {
    const NEW: Self = Self;
}

impl Activation for Tanh {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        x.tanh()
    }
    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        d_y * (E::splat(1.0) - y * y)
    }
}

/// `y = 1 / (1 + exp(-x))`, `dy/dx = y * (1 - y)`.
///
/// Source: D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors",
/// Nature 323 (1986).
///
/// ```
/// use tinyconv::{Activation, Sigmoid};
///
/// assert_eq!(Sigmoid.forward(0.0f32), 0.5);
/// assert!((Sigmoid.forward(2.0f32) - 0.8808).abs() < 1e-3);
/// assert_eq!(Sigmoid.backward(0.75f32, 1.0), 0.1875);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sigmoid;

impl Fixed for Sigmoid {
    const NEW: Self = Self;
}

impl Activation for Sigmoid {
    #[inline(always)]
    fn forward<E: Element>(self, x: E) -> E {
        let one = E::splat(1.0);
        one / (one + (-x).exp())
    }
    #[inline(always)]
    fn backward<E: Element>(self, y: E, d_y: E) -> E {
        d_y * (y * (E::splat(1.0) - y))
    }
}
