//! Functions of one number that stand between layers.
//!
//! An activation works in place on the output of the layer before it, and its derivative is taken
//! from its own output: it costs no memory, in training neither.

use core::fmt::Debug;

use crate::Element;

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
