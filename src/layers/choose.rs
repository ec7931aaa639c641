//! A choice between two types by a constant: whether a pooling layer can join its convolution is
//! known only when the options are evaluated, after the macro has written both types.

/// The constant: fuse or not.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Fuse<const YES: bool>;

/// The choice.
#[doc(hidden)]
pub trait Choose {
    /// `Fused` for `Fuse<true>`, `Apart` for `Fuse<false>`.
    type Of<Fused, Apart>;
}

impl Choose for Fuse<true> {
    type Of<Fused, Apart> = Fused;
}

impl Choose for Fuse<false> {
    type Of<Fused, Apart> = Apart;
}
