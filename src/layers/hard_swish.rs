//! The hard swish.

use super::{Curve, Elementwise};
use crate::{Element, Fixed};

/// `y = x * clip(x + 3, 0, 6) / 6`, as a layer.
///
/// # Shapes
/// The output has the shape of the input. No parameters. Training keeps the map before it.
///
/// Source: A. Howard et al., "Searching for MobileNetV3", ICCV 2019.
///
/// ```
/// tinyconv::network! { Net: 1 x 1 x 4 { HardSwish } }
///
/// let mut output = [[[0.0f32; 4]]];
/// Net::infer::<_, f32>(&[], &[[[-4.0, -1.5, 1.5, 4.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[0.0, -0.375, 1.125, 4.0]]]);
/// ```
pub type HardSwish<G> = Elementwise<HardSwishCurve, G>;

/// `x * clip(x + 3, 0, 6) / 6`
///
/// ```
/// use tinyconv::layers::{Curve, HardSwishCurve};
///
/// assert_eq!([-1.5f32, 1.5].map(HardSwishCurve::slope), [0.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardSwishCurve;

impl Fixed for HardSwishCurve {
    const NEW: Self = Self;
}

impl Curve for HardSwishCurve {
    #[inline(always)]
    fn of<E: Element>(x: E) -> E {
        let six = E::splat(6.0);
        let above = (x + E::splat(3.0)).larger_of(E::ZERO);
        x * (six - above).where_positive(above, six) / six
    }

    #[inline(always)]
    fn slope<E: Element>(x: E) -> E {
        let (three, one) = (E::splat(3.0), E::splat(1.0));
        let between = (x + x + three) / E::splat(6.0);
        let below = (three - x).where_positive(between, one);
        (x + three).where_positive(below, E::ZERO)
    }
}
