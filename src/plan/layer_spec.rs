//! An entry of a network's list of layers.

use crate::LayerKind;

/// One entry of a network's list of layers.
///
/// ```
/// use tinyconv_plan::{DenseOptions, LayerKind, LayerSpec};
///
/// let head = LayerSpec { name: "head", kind: LayerKind::Dense(DenseOptions { out: 3 }) };
/// assert_eq!(head.kind.to_string(), "Dense { out: 3 }");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LayerSpec<'a> {
    /// The name given to it, or the empty string.
    pub name: &'a str,
    /// What it computes.
    pub kind: LayerKind,
}

/// How many of `layers` are there on a device too.
///
/// ```
/// use tinyconv_plan::{DropoutOptions, LayerKind, LayerSpec, deployed_len};
///
/// let dropout = LayerKind::Dropout(DropoutOptions { keep: 0.5 });
/// let layers = [LayerKind::Relu, dropout].map(|kind| LayerSpec { name: "", kind });
/// assert_eq!(deployed_len(&layers), 1);
/// ```
#[must_use]
pub const fn deployed_len(layers: &[LayerSpec<'_>]) -> usize {
    let (mut len, mut i) = (0, 0);
    while i < layers.len() {
        len += layers[i].kind.is_deployed() as usize;
        i += 1;
    }
    len
}

/// The layers that are there on a device too.
///
/// # Panics
/// If these are not `N`: see [`deployed_len`].
///
/// ```
/// use tinyconv_plan::{DropoutOptions, LayerKind, LayerSpec, deployed};
///
/// let dropout = LayerKind::Dropout(DropoutOptions { keep: 0.5 });
/// let layers = [LayerKind::Relu, dropout].map(|kind| LayerSpec { name: "", kind });
/// assert_eq!(deployed::<1>(&layers)[0].kind, LayerKind::Relu);
/// ```
#[must_use]
pub const fn deployed<'a, const N: usize>(layers: &[LayerSpec<'a>]) -> [LayerSpec<'a>; N] {
    assert!(deployed_len(layers) == N, "as many layers as `deployed_len` says");
    let mut kept = [LayerSpec { name: "", kind: LayerKind::Identity }; N];
    let (mut len, mut i) = (0, 0);
    while i < layers.len() {
        if layers[i].kind.is_deployed() {
            kept[len] = layers[i];
            len += 1;
        }
        i += 1;
    }
    kept
}
