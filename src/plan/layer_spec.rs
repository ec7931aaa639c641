//! An entry of a network's list of layers.

use crate::{Class, LayerKind};

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

/// What a device has of layer `index`: nothing of dropout, and of a normalisation that is folded into the layer
/// directly before it, a convolution or a dense layer; of any other normalisation a [`Scale`](LayerKind::Scale).
///
/// ```
/// use tinyconv_plan::{BatchNormOptions, DenseOptions, LayerKind, LayerSpec, deployed_kind};
///
/// let norm = LayerKind::BatchNorm(BatchNormOptions::NEW);
/// let dense = LayerKind::Dense(DenseOptions { out: 2 });
/// let layers = [dense, norm, LayerKind::Relu, norm].map(|kind| LayerSpec { name: "", kind });
/// let deployed = [0, 1, 2, 3].map(|index| deployed_kind(&layers, index));
/// assert_eq!(deployed, [Some(dense), None, Some(LayerKind::Relu), Some(LayerKind::Scale)]);
/// ```
#[must_use]
pub const fn deployed_kind(layers: &[LayerSpec<'_>], index: usize) -> Option<LayerKind> {
    let kind = layers[index].kind;
    match kind.class() {
        Class::Random => None,
        Class::Normalisation if index > 0 && layers[index - 1].kind.class().is_weighted() => None,
        Class::Normalisation => Some(LayerKind::Scale),
        _ => Some(kind),
    }
}

/// How many of `layers` a device has: see [`deployed_kind`].
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
        len += deployed_kind(layers, i).is_some() as usize;
        i += 1;
    }
    len
}

/// The layers that a device has: see [`deployed_kind`].
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
        if let Some(kind) = deployed_kind(layers, i) {
            kept[len] = LayerSpec { name: layers[i].name, kind };
            len += 1;
        }
        i += 1;
    }
    kept
}
