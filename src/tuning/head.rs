//! The last layer of any network, without counting its layers.

use super::Part;
use crate::{Deployed, Network};

/// A network of which the last layer with parameters can be named: each that
/// [`network!`](crate::network!) writes.
///
/// ```
/// use tinyconv::tuning::{Headed, Part};
///
/// tinyconv::network! { Net: 1 x 1 x 4 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
///
/// /// Parameters that a device trains if it trains the last layer.
/// const fn learnt<N: Headed>() -> usize {
///     <N::Head as Part<N>>::PARAMS
/// }
/// assert_eq!(learnt::<Net>(), 8);
/// ```
pub trait Headed: Network + Sized {
    /// [`Last<1>`](super::Last), or [`All`](super::All) where nothing could stay frozen: of the network
    /// and of its deployed form.
    type Head: Part<Self> + Part<Deployed<Self>>;
}

/// The part of network `N` that is trained when only its last layer is: [`Last<1>`](super::Last), or
/// [`All`](super::All) if that layer is the only one with parameters.
///
/// ```
/// use tinyconv::tuning::{Head, Part};
///
/// tinyconv::network! { Two: 1 x 1 x 4 { Dense { out: 3 }, Relu, Dense { out: 2 } } }
/// tinyconv::network! { One: 1 x 1 x 4 { Dense { out: 2 } } }
///
/// assert_eq!(<Head<Two> as Part<Two>>::PARAMS, (3 + 1) * 2);
/// assert_eq!(<Head<One> as Part<One>>::PARAMS, (4 + 1) * 2);
/// // A device trains it in the deployed form: `trains: Head<One>` of `Deployed<One>`.
/// assert_eq!(<Head<One> as Part<tinyconv::Deployed<One>>>::PARAMS, 10);
/// ```
pub type Head<N> = <N as Headed>::Head;
