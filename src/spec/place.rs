//! What a layer may follow, which takes the whole list to tell.

use super::{Dims, LayerKind, LayerSpec, ShapeError};

/// The shape of the output of layer `index` of a network whose input is `network_input`; `input` is
/// the shape of the layer's own.
///
/// # Errors
/// If the layer cannot take its input, or cannot stand where it stands.
///
/// # Panics
/// If there is no layer `index`.
///
/// ```
/// use tinyconv::spec::{BatchNormOptions, Dims, LayerKind, LayerSpec, ShapeError, output_of};
///
/// let (vector, relu) = (Dims::Vector(3), LayerKind::Relu);
/// let norm = LayerKind::BatchNorm(BatchNormOptions::NEW);
/// let layers = [relu, norm].map(|kind| LayerSpec { name: "", kind });
/// assert_eq!(output_of(vector, &layers, 0, vector), Ok(vector));
/// assert_eq!(output_of(vector, &layers, 1, vector), Err(ShapeError::NothingToNormalise));
/// ```
pub const fn output_of(
    network_input: Dims,
    layers: &[LayerSpec<'_>],
    index: usize,
    input: Dims,
) -> Result<Dims, ShapeError> {
    match layers[index].kind {
        LayerKind::BatchNorm(_) if index == 0 || !layers[index - 1].kind.can_be_normalised() => {
            return Err(ShapeError::NothingToNormalise);
        }
        LayerKind::Skip if end_of_block(layers, index).is_none() => {
            return Err(ShapeError::HalfABlock);
        }
        LayerKind::Add => {
            let Some(begin) = begin_of_block(layers, index) else {
                return Err(ShapeError::HalfABlock);
            };
            // What came in, and whether anything in between has parameters.
            let mut dims = network_input;
            let mut params = 0;
            let mut i = 0;
            while i < begin {
                dims = match layers[i].output(dims) {
                    Ok(dims) => dims,
                    Err(error) => return Err(error),
                };
                i += 1;
            }
            let mut inner = dims;
            while i < index {
                params |= layers[i].kind.params(inner);
                inner = match layers[i].output(inner) {
                    Ok(inner) => inner,
                    Err(error) => return Err(error),
                };
                i += 1;
            }
            if params == 0 {
                return Err(ShapeError::EmptyBlock);
            }
            if !equal(dims, input) {
                return Err(ShapeError::OtherShape(dims));
            }
        }
        _ => {}
    }
    layers[index].output(input)
}

const fn equal(a: Dims, b: Dims) -> bool {
    match (a, b) {
        (Dims::Map([a, b, c]), Dims::Map([d, e, f])) => a == d && b == e && c == f,
        (Dims::Vector(a), Dims::Vector(b)) => a == b,
        _ => false,
    }
}

/// Where the block that begins with the `Skip` at `begin` has its `Add`.
pub(super) const fn end_of_block(layers: &[LayerSpec<'_>], begin: usize) -> Option<usize> {
    let mut depth = 0;
    let mut i = begin;
    while i < layers.len() {
        match layers[i].kind {
            LayerKind::Skip => depth += 1,
            LayerKind::Add => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(i);
        }
        i += 1;
    }
    None
}

/// Where the block that ends with the `Add` at `end` has its `Skip`.
const fn begin_of_block(layers: &[LayerSpec<'_>], end: usize) -> Option<usize> {
    let mut depth = 0;
    let mut i = end + 1;
    while i > 0 {
        i -= 1;
        match layers[i].kind {
            LayerKind::Skip => depth -= 1,
            LayerKind::Add => depth += 1,
            _ => {}
        }
        if depth == 0 {
            return Some(i);
        }
    }
    None
}

/// How many of `layers` are there on a device too.
///
/// ```
/// use tinyconv::Network;
/// use tinyconv::spec::deployed_len;
///
/// tinyconv::network! { Net: 1 x 1 x 2 { Dense { out: 2 }, BatchNorm, Relu, Dropout { keep: 0.5 } } }
///
/// assert_eq!((Net::LAYERS.len(), deployed_len(Net::LAYERS)), (4, 2));
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
/// use tinyconv::spec::{DropoutOptions, LayerKind, LayerSpec, deployed, deployed_len};
///
/// let dropout = LayerKind::Dropout(DropoutOptions { keep: 0.5 });
/// let layers = [LayerKind::Relu, dropout].map(|kind| LayerSpec { name: "", kind });
/// assert_eq!(deployed_len(&layers), 1);
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
