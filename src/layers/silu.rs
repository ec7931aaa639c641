//! The sigmoid linear unit.

use super::{Curve, Elementwise};
use crate::{Element, Fixed};

/// `y = x / (1 + exp(-x))`, as a layer.
///
/// Also called swish.
///
/// # Shapes
/// The output has the shape of the input. No parameters. Training keeps the map before it.
///
/// Source: S. Elfwing, E. Uchibe, K. Doya, "Sigmoid-weighted linear units for neural network function
/// approximation in reinforcement learning", 2017.
///
/// ```
/// tinyconv::network! { Net: 1 x 1 x 3 { Silu } }
///
/// let mut output = [[[0.0f32; 3]]];
/// Net::infer::<_, f32>(&[], &[[[-50.0, 0.0, 1.0]]], &mut [], &mut output);
/// assert!(output[0][0][0].abs() < 1e-6 && (output[0][0][2] - 0.7311).abs() < 1e-3);
/// ```
pub type Silu<G> = Elementwise<SiluCurve, G>;

/// `x / (1 + exp(-x))`
///
/// ```
/// use tinyconv::layers::{Curve, SiluCurve};
///
/// // Its slope goes a little beyond one.
/// assert!((SiluCurve::slope(2.4f32) - 1.0998).abs() < 1e-3);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiluCurve;

impl Fixed for SiluCurve {
    const NEW: Self = Self;
}

impl Curve for SiluCurve {
    #[inline(always)]
    fn of<E: Element>(x: E) -> E {
        x / (E::splat(1.0) + (-x).exp())
    }

    #[inline(always)]
    fn slope<E: Element>(x: E) -> E {
        let one = E::splat(1.0);
        let sigmoid = one / (one + (-x).exp());
        sigmoid * (one + x * (one - sigmoid))
    }
}
