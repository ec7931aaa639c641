//! The numbers of a layer, as a type or as a value.

use core::fmt::Debug;

use crate::plan::Window;

/// Numbers of a layer that are constants of a type or a value with fields.
///
/// ```
/// use tinyconv::kernels::Geometry;
/// use tinyconv::plan::Window;
///
/// #[derive(Clone, Copy, Debug)]
/// struct Edges;
///
/// impl Geometry for Edges {
///     #[inline(always)]
///     fn get(self) -> Window {
///         const { Window::new([1, 8, 8], [2, 6, 6], [3, 3], [1, 1], [0, 0]) }
///     }
/// }
///
/// let value: Window = Edges.get();
/// assert_eq!(Geometry::<Window>::get(value), value);
/// ```
pub trait Geometry<T = Window>: Copy + Debug + Send + Sync + 'static {
    /// The numbers where the type alone tells them: kernels then have no code for others.
    ///
    /// ```
    /// use tinyconv::kernels::Geometry;
    ///
    /// // The type of a value tells nothing.
    /// assert_eq!(<[usize; 2] as Geometry<[usize; 2]>>::KNOWN, None);
    /// ```
    const KNOWN: Option<T> = None;

    /// The numbers.
    ///
    /// ```
    /// use tinyconv::kernels::Geometry;
    ///
    /// // Inputs and outputs of a dense layer, as a value.
    /// assert_eq!(Geometry::<[usize; 2]>::get([256, 10]), [256, 10]);
    /// ```
    fn get(self) -> T;
}

impl<T: Copy + Debug + Send + Sync + 'static> Geometry<T> for T {
    #[inline(always)]
    fn get(self) -> T {
        self
    }
}

/// What follows from numbers that a type tells: `known!(G::KNOWN, numbers => what)`.
macro_rules! known {
    ($known:expr, $numbers:pat => $value:expr) => {
        match $known {
            Some($numbers) => Some($value),
            None => None,
        }
    };
}

pub(super) use known;

/// A number that follows from a geometry may be `count`: the type tells no other. A kernel has code
/// for no more than the numbers that may be.
pub(super) const fn may_be(known: Option<usize>, count: usize) -> bool {
    match known {
        Some(known) => known == count,
        None => true,
    }
}

/// Of a layer in its place, its geometry as a constant.
macro_rules! of_place {
    ($($numbers:ty: $place:ident => $value:expr;)*) => {$(
        impl<P: $crate::Place> $crate::kernels::Geometry<$numbers> for P {
            const KNOWN: Option<$numbers> = {
                let $place = P::PLACE;
                Some($value)
            };

            #[inline(always)]
            fn get(self) -> $numbers {
                const {
                    let $place = P::PLACE;
                    $value
                }
            }
        }
    )*};
}

pub(crate) use of_place;

of_place! {
    Window: place => match place.facts.window {
        Some(window) => window,
        None => Window::new([0; 3], [0; 3], [1; 2], [1; 2], [0; 2]),
    };
    [usize; 2]: place => [place.facts.needs.input, place.facts.needs.output];
}
