//! A model as a state dict that PyTorch loads.

use std::collections::BTreeSet;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, serialize};
use tinyconv::model_file::ModelFile;

use super::{MatchError, ModelNotes, NamedLayer, Renaming};

/// The bytes of a safetensors file with the parameters of `file` and, in its metadata, what
/// [`ModelNotes`] hold. Layers have the names that [`NamedLayer`] gives them, but for `renamings`.
///
/// # Errors
/// If a renaming is of a layer that is not there, or two layers would have one name.
///
/// ```
/// use host_tools::exchange::{StateDict, state_dict_of};
/// use tinyconv::model_file::{ModelFile, Normalisation, Training};
/// use tinyconv::spec::{DenseOptions, Dims, LayerKind, LayerSpec};
///
/// let layers = [LayerSpec { name: "fc", kind: LayerKind::Dense(DenseOptions { out: 1 }) }];
/// let model = ModelFile::new(
///     "tiny",
///     Dims::Map([1, 1, 2]),
///     &layers,
///     Normalisation { mean: 0.0, deviation: 255.0 },
///     &["x"],
///     Training { epochs: 3, batch: 32, seed: 1, learning_rate: 0.5, test_accuracy: 0.75 },
///     &[0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0], // 1.0, 2.0, 0.0
/// )?;
/// let bytes = state_dict_of(&model, &["fc=0".parse()?])?;
/// let dict = StateDict::parse(&bytes)?;
/// assert_eq!(dict.names().collect::<Vec<_>>(), ["0.bias", "0.weight"]);
/// assert_eq!(dict.values("0.weight")?, [1.0, 2.0]);
/// assert_eq!(dict.notes().unwrap().labels, ["x"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn state_dict_of(file: &ModelFile<'_>, renamings: &[Renaming]) -> Result<Vec<u8>, MatchError> {
    let layers = NamedLayer::all(file.input, &file.layers);
    let names = renamed(&layers, renamings)?;
    let parameters: Vec<f32> = file.parameters().collect();
    let mut tensors = Vec::new();
    for (layer, module) in layers.iter().zip(names) {
        for tensor in layer.tensors(&parameters) {
            let bytes: Vec<u8> = tensor.values.iter().flat_map(|x| x.to_le_bytes()).collect();
            tensors.push((format!("{module}.{}", tensor.role), tensor.shape, bytes));
        }
    }
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
        (name, view.expect("as many bytes as the shape says"))
    });
    let notes = ModelNotes::of(file).metadata();
    Ok(serialize(views, Some(notes)).expect("a list of tensors of a network is short"))
}

/// The names of `layers` after `renamings`.
fn renamed(layers: &[NamedLayer], renamings: &[Renaming]) -> Result<Vec<String>, MatchError> {
    let mut names: Vec<String> = layers.iter().map(|layer| layer.name.clone()).collect();
    let mut changed = BTreeSet::new();
    for Renaming { ours, theirs } in renamings {
        let given = format!("{ours}={theirs}");
        let Some(index) = layers.iter().position(|layer| layer.name == *ours) else {
            return Err(MatchError::no_layer(given, layers));
        };
        if !changed.insert(index) {
            return Err(MatchError::Twice { given });
        }
        names[index].clone_from(theirs);
    }
    let mut there = BTreeSet::new();
    for (layer, name) in layers.iter().zip(&names) {
        if !there.insert(name) {
            return Err(MatchError::Twice { given: format!("{}={name}", layer.name) });
        }
    }
    Ok(names)
}
