//! The layers of a network as a device has them.

use tinyconv::plan::{LayerSpec, deployed_kind};

/// What a device has of these layers: see [`deployed_kind`].
///
/// ```
/// use tinyconv::plan::{DropoutOptions, LayerKind, LayerSpec};
/// use tinyconv_training::model::deployed_layers;
///
/// let dropout = LayerKind::Dropout(DropoutOptions { keep: 0.5 });
/// let layers = [LayerKind::Relu, dropout].map(|kind| LayerSpec { name: "", kind });
/// assert_eq!(deployed_layers(&layers), layers[..1]);
/// ```
#[must_use]
pub fn deployed_layers<'a>(layers: &[LayerSpec<'a>]) -> Vec<LayerSpec<'a>> {
    let deployed = |(index, layer): (usize, &LayerSpec<'a>)| {
        Some(LayerSpec { name: layer.name, kind: deployed_kind(layers, index)? })
    };
    layers.iter().enumerate().filter_map(deployed).collect()
}
