//! Functions of each element whose slope cannot be told from their result.

use core::fmt::Debug;

use crate::plan::Needs;
use crate::{Element, Fixed, GradientSink, Layer, Operation, Place, Saved, Source, Weight};

/// A function of one number, and its slope.
///
/// Unlike an [`Activation`](crate::Activation), it goes backward from its argument: in training the map before it is
/// kept. An inference computes it in place all the same.
///
/// ```
/// use tinyconv::layers::{Curve, SiluCurve};
///
/// assert_eq!((SiluCurve::of(0.0f32), SiluCurve::slope(0.0f32)), (0.0, 0.5));
/// ```
pub trait Curve: Fixed {
    /// `f(x)`
    ///
    /// ```
    /// use tinyconv::layers::{Curve, HardSwishCurve};
    ///
    /// assert_eq!([-3.0f32, 0.0, 3.0].map(HardSwishCurve::of), [0.0, 0.0, 3.0]);
    /// ```
    fn of<E: Element>(x: E) -> E;

    /// `f'(x)`
    ///
    /// ```
    /// use tinyconv::layers::{Curve, HardSwishCurve};
    ///
    /// assert_eq!([-3.0f32, 0.0, 3.0].map(HardSwishCurve::slope), [0.0, 0.5, 1.0]);
    /// ```
    fn slope<E: Element>(x: E) -> E;
}

/// `output[k] = C(input[k])`
///
/// # Shapes
/// The output has the shape of the input. No parameters.
///
/// ```
/// use tinyconv::layers::Silu;
/// use tinyconv::{Direct, Fixed, Operation};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Silu } }
///
/// let mut output = [[[0.0f32; 2]]];
/// Net::infer::<_, f32>(&[], &[[[0.0, 50.0]]], &mut [], &mut output);
/// assert_eq!(output, [[[0.0, 50.0]]]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Elementwise<C, G>(
    /// The function.
    pub C,
    /// A type for its place in a network, or nothing.
    pub G,
);

impl<C: Curve, P: Place> Fixed for Elementwise<C, P> {
    const NEW: Self = Self(C::NEW, P::NEW);
}

impl<C: Curve, P: Place> Layer for Elementwise<C, P> {
    const NEEDS: Needs = P::PLACE.facts.needs;
}

impl<C: Curve, G: Copy + Debug + Send + Sync + 'static> Operation for Elementwise<C, G> {
    #[inline(always)]
    fn infer<E: Element, S: Source<E>, P: Weight>(
        self,
        _params: &[P],
        source: S,
        input: &[S::Raw],
        _scratch: &mut [E],
        output: &mut [E],
    ) {
        for (y, x) in output.iter_mut().zip(source.elements(input)) {
            *y = C::of(x);
        }
    }

    #[inline(always)]
    fn infer_in_place<E: Element, P: Weight>(
        self,
        _params: &[P],
        _scratch: &mut [E],
        map: &mut [E],
    ) {
        for x in map {
            *x = C::of(*x);
        }
    }

    #[inline(always)]
    fn backward<E: Element, S: Source<E>, T: GradientSink<E>>(
        self,
        _sink: T,
        saved: Saved<'_, E, S>,
        d_output: &mut [E],
        _scratch: &mut [E],
        d_input: Option<&mut [E]>,
    ) {
        let Some(d_input) = d_input else { return };
        let ds = d_output.iter().zip(saved.source.elements(saved.input));
        for (d_x, (&d, x)) in d_input.iter_mut().zip(ds) {
            *d_x = *d_x + d * C::slope(x);
        }
    }
}
