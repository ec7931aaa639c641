//! Cutting a chain of layers in two: what stays as it is, and what is trained.

use crate::layer::Layer;
use crate::layers::Chain;

/// As many layers as [`Last`](super::Last) can count: the largest number below.
pub(crate) const MOST_LAST: usize = 15;

/// A chain whose last `LAYERS` layers with parameters can be trained by themselves.
///
/// ```
/// use tinyconv::tuning::Split;
/// use tinyconv::{Layer, Network};
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
///
/// type Layers = <Net as Network>::Layers;
/// assert_eq!(<<Layers as Split<1>>::Frozen as Layer>::PARAMS, (2 + 1) * 3);
/// assert_eq!(<<Layers as Split<1>>::Trained as Layer>::PARAMS, (3 + 1) * 2);
/// ```
#[diagnostic::on_unimplemented(
    message = "`Last` counts as many layers as the network has with parameters, or more",
    label = "no layer would be frozen",
    note = "use `All` to train every layer, or a smaller number"
)]
pub trait Split<const LAYERS: usize>: Layer {
    /// Each cut is before a layer with parameters: true, or an error of the compiler. A cut within
    /// the first layer's own chain is before none.
    const FITS: bool;
    /// The layers before.
    type Frozen: Layer<Input = Self::Input>;
    /// The last layers.
    type Trained: Layer<Input = <Self::Frozen as Layer>::Output, Output = Self::Output>;
}

const fn has_parameters<B: Layer>() -> bool {
    assert!(
        B::PARAMS > 0,
        "`Last` counts as many layers as the network has with parameters, or more: use `All` to \
         train every layer, or a smaller number"
    );
    true
}

impl<A: Layer, B: Layer<Input = A::Output>> Split<1> for Chain<A, B> {
    const FITS: bool = has_parameters::<B>();
    type Frozen = A;
    type Trained = B;
}

/// The last layers of a chain nested to the left: one less of its first part, and its second.
macro_rules! split {
    ($($layers:literal after $fewer:literal),*) => {$(
        impl<A: Split<$fewer>, B: Layer<Input = A::Output>> Split<$layers> for Chain<A, B> {
            const FITS: bool = A::FITS && has_parameters::<B>();
            type Frozen = A::Frozen;
            type Trained = Chain<A::Trained, B>;
        }
    )*};
}

split! {
    2 after 1, 3 after 2, 4 after 3, 5 after 4, 6 after 5, 7 after 6, 8 after 7, 9 after 8,
    10 after 9, 11 after 10, 12 after 11, 13 after 12, 14 after 13, 15 after 14
}
